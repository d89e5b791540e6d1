"""A drawing as a network gets it: strokes become a picture, and the picture an image like those of the data set.

Read in this order: `strokes`, `raster`, `windows`; then one file for each way of normalising, `mass`, `blocks`, `fit`,
and `normalising`, which knows whose makers did what; last `moved`.
"""
