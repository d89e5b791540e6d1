"""Why does it not learn? From a run's recent past and a few probes to at most one finding (chapter 2.4).

A run is looked at closely only where a cheap look at its curve alarms (`standstill`), and at steps that its recipe
fixes (`watch`): what is shown of it at rest follows from its recipe alone, whoever watched. The finding
(`findings`) has the numbers that show it and, where a setting is the cause, a remedy (`remedies`).
"""
