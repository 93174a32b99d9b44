"""Athletics meets: the rules of the kind `meet`. SPEC: AT."""
