using System.Text.RegularExpressions;
using MtlStudio.Browser.Tests.Harness;

namespace MtlStudio.Browser.Tests;

/// <summary>The guide's pages and pictures belong together, and each picture to a journey that takes it.</summary>
public sealed partial class GuideTests
{
    private static string Folder { get; } = Path.Combine(Repository.Root, "docs", "guide");

    [Fact]
    public void Pages_ShowPicturesThatExist()
    {
        var missing = Directory.EnumerateFiles(Folder, "*.md")
            .SelectMany(page => Shown().Matches(File.ReadAllText(page)).Select(match => (Page: Path.GetFileName(page), Picture: match.Groups[1].Value)))
            .Where(pair => !File.Exists(Path.Combine(Folder, pair.Picture)));
        Assert.Empty(missing);
    }

    [Fact]
    public void Pictures_AreTakenByATest_AndShownOnAPage()
    {
        var tests = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "MtlStudio.Browser.Tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var taken = Taken().Matches(tests).Select(match => match.Groups[1].Value).ToHashSet();
        var pages = string.Concat(Directory.EnumerateFiles(Folder, "*.md").Select(File.ReadAllText));
        Assert.All(Directory.EnumerateFiles(Guide.Images, "*.png").Select(path => Path.GetFileNameWithoutExtension(path)!), name =>
        {
            Assert.True(taken.Contains(name), $"No test takes {name}.png: call Guide.PictureAsync(studio, \"{name}\") in its journey");
            Assert.True(pages.Contains($"images/{name}.png", StringComparison.Ordinal), $"No page of the guide shows {name}.png");
        });
    }

    [GeneratedRegex(@"!\[[^\]]*\]\((images/[^)]+)\)")]
    private static partial Regex Shown();

    [GeneratedRegex(@"Guide\.PictureAsync\(\s*\w+\s*,\s*""([^""]+)""")]
    private static partial Regex Taken();
}
