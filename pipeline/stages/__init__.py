"""Pure verbs: values in, values out."""
