# The types of what this project uses of fsspec, which has none of its own.
