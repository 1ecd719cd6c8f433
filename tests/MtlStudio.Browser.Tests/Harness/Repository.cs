namespace MtlStudio.Browser.Tests.Harness;

internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "MtlStudio.sln"))) return at.FullName;
        throw new DirectoryNotFoundException("MtlStudio.sln is in no folder above the tests");
    }
}
