"""The OGC services, read by QGIS and other geographic tools within the rights of who asks."""
