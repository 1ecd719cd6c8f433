using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace MtlStudio.Web.Tests;

/// <summary>Holds the arrows between the rooms of the house: Core ← Training ← Trainer; Core ← Store ← Web; features stand alone.</summary>
public sealed class DependencyRulesTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("MtlStudio.Core.dll", "MtlStudio.|TorchSharp|Microsoft.AspNetCore|Microsoft.EntityFrameworkCore|Microsoft.Data.Sqlite|Hangfire|MudBlazor")]
    [InlineData("trainer/MtlStudio.Training.dll", "MtlStudio.Store|MtlStudio.Web|MtlStudio.Migrations|mtl$|Microsoft.AspNetCore|Microsoft.EntityFrameworkCore|Microsoft.Data.Sqlite|Hangfire")]
    [InlineData("trainer/mtl.dll", "MtlStudio.Store|MtlStudio.Web|MtlStudio.Migrations|Microsoft.AspNetCore|Microsoft.EntityFrameworkCore|Microsoft.Data.Sqlite|Hangfire")]
    [InlineData("MtlStudio.Store.dll", "MtlStudio.Web|MtlStudio.Training|MtlStudio.Migrations|mtl$|TorchSharp|Microsoft.AspNetCore|Hangfire|MudBlazor")]
    [InlineData("MtlStudio.Web.dll", "MtlStudio.Training|mtl$|TorchSharp")]
    public void Assembly_ReferencesNothingForbidden(string assembly, string forbidden)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly));
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).ToArray();
        Assert.Contains("System.Runtime", references);
        Assert.DoesNotContain(references, reference => Regex.IsMatch(reference, $"^({forbidden})"));
    }

    [Fact]
    public void Libtorch_LiesOnlyInTheTrainersFolder()
    {
        var outside = Directory.EnumerateFiles(AppContext.BaseDirectory, "*orch*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(AppContext.BaseDirectory, path)).Where(path => !path.StartsWith("trainer", StringComparison.Ordinal));
        Assert.Empty(outside);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "trainer"), "libtorch*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Features_DoNotNameOneAnother()
    {
        var features = Path.Combine(Root, "src", "MtlStudio.Web", "Features");
        var names = Directory.GetDirectories(features).Select(Path.GetFileName).ToArray();
        Assert.NotEmpty(names);
        var offences =
            from name in names
            from file in Directory.EnumerateFiles(Path.Combine(features, name!), "*", SearchOption.AllDirectories)
            where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal)
            let text = File.ReadAllText(file)
            from other in names
            where other != name && Regex.IsMatch(text, $@"\bFeatures\.{other}\b")
            select $"{Path.GetRelativePath(Root, file)} names the feature {other}";
        Assert.Empty(offences);
    }

    [Theory]
    [InlineData("Charts")]
    [InlineData("Layout")]
    [InlineData("Theme")]
    public void SharedParts_KnowNoFeature(string folder)
    {
        var offences = Directory.EnumerateFiles(Path.Combine(Root, "src", "MtlStudio.Web", folder), "*", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("MtlStudio.Web.Features", StringComparison.Ordinal));
        Assert.Empty(offences);
    }

    [Fact]
    public void Training_UsesNoPartOfWebOrStore()
    {
        var offences =
            from room in new[] { "MtlStudio.Core", "MtlStudio.Training", "MtlStudio.Trainer" }
            from file in Directory.EnumerateFiles(Path.Combine(Root, "src", room), "*.cs", SearchOption.AllDirectories)
            where Regex.IsMatch(File.ReadAllText(file), @"\busing (static )?MtlStudio\.(Store|Web|Migrations)\b")
            select Path.GetRelativePath(Root, file);
        Assert.Empty(offences);
    }

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "MtlStudio.sln"))) return at.FullName;
        throw new DirectoryNotFoundException("MtlStudio.sln is in no folder above the tests");
    }
}
