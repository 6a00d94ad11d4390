"""What people do: one function a use-case, one transaction each; `now` is an argument."""
