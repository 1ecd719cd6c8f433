namespace MtlStudio.Testing;

/// <summary>The folder of real data and reference figures that lies beside the checkout, where there is one.</summary>
internal static class SharedFolder
{
    private static readonly string? Root = Find();

    /// <summary>The absolute path of <paramref name="relative"/> in the shared folder; skips the calling test, with the
    /// reason, where that folder is absent, and fails it when CI=true.</summary>
    public static string Need(string relative)
    {
        if (Root is not null)
        {
            var path = Path.Combine(Root, relative);
            if (Path.Exists(path)) return path;
        }
        var reason = $"shared/{relative} is absent: this test compares with reference figures that lie beside the checkout";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(reason);
        Assert.Skip(reason);
        return ""; // not reached
    }

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "MtlStudio.sln")))
            {
                var shared = Path.Combine(at.FullName, "..", "shared");
                return Directory.Exists(shared) ? Path.GetFullPath(shared) : null;
            }
        return null;
    }
}
