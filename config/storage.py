"""Static files under hashed names, ES module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage that also rewrites the imports inside ES modules.

    An import is rewritten only when it ends with a semicolon (a limit of Django's pattern), and
    modules must not import each other in a circle, type imports in comments included.
    """

    support_js_module_import_aggregation = True
    # One pass per level of imports, and some to spare; Django stops at 5 and so at 4 levels.
    max_post_process_passes = 10
