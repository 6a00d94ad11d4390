// The page shown while the booth is not open: the credential need not stay in the address bar for it.
history.replaceState(null, "", location.pathname + location.search);
