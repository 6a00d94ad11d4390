"""How people are named where neighbours can see it."""


def masked(name: str) -> str:
    """A name as neighbours may see it: 王*, 王*英; co-owners each."""
    return "、".join(
        f"{one[0]}{'*' * max(len(one) - 2, 1)}{one[-1] if len(one) > 2 else ''}" for one in name.split("、")
    )
