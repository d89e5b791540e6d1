"""Records → pictures: pure functions that give an Altair chart, a data frame for it, or an HTML string.

A live chart is two functions. `xxx_chart` builds what never changes while a run is watched; `xxx_frame`
makes the data of one tick. Drawn as `st.vega_lite_chart(frame, spec(chart))`, only the data travels and
nothing is rebuilt in the browser. Nothing here knows of Streamlit.
"""
