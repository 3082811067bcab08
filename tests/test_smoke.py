def test_package_imports() -> None:
    import qticonv

    assert qticonv.__version__
