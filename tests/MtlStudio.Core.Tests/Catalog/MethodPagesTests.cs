using MtlStudio.Core.Catalog;

namespace MtlStudio.Core.Tests.Catalog;

public sealed class MethodPagesTests
{
    /// <summary>docs/methods is generated; after a change of the catalog run <c>mtl catalog --docs docs/methods</c>.</summary>
    [Fact]
    public void Docs_SayWhatTheCatalogSays_WhenCompared()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "MtlStudio.sln"))) root = root.Parent!;
        foreach (var (name, text) in MethodPages.All())
            Assert.Equal(text, File.ReadAllText(Path.Combine(root.FullName, "docs", "methods", name)));
    }
}
