"""Preparation: from what the files hold to a data set, by choices that can be corrected.

Read in this order: `choices`, `look`, `understanding`, `labels`, `shaping`, `splitting`, `told`, `suspicions`,
`making`.
"""
