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

    [Fact]
    public void Pages_StandInTheIndex()
    {
        var index = File.ReadAllText(Path.Combine(Folder, "README.md"));
        Assert.All(Directory.EnumerateFiles(Folder, "*.md").Select(Path.GetFileName).Where(page => page != "README.md"), page => Assert.Contains($"]({page})", index, StringComparison.Ordinal));
    }

    [Fact]
    public void Links_LeadToPagesAndHeadingsThatExist()
    {
        var broken = Directory.EnumerateFiles(Folder, "*.md").SelectMany(page => Linked().Matches(File.ReadAllText(page)).Select(match => (Page: Path.GetFileName(page), Path: match.Groups[1].Value, Heading: match.Groups[2].Value)))
            .Where(link => !Leads(link.Page!, link.Path, link.Heading));
        Assert.Empty(broken);
    }

    private static bool Leads(string page, string path, string heading)
    {
        var target = Path.GetFullPath(Path.Combine(Folder, path.Length == 0 ? page : path));
        if (Directory.Exists(target)) return heading.Length == 0;
        return File.Exists(target) && (heading.Length == 0 || File.ReadLines(target).Where(line => line.StartsWith('#')).Any(line => Anchor(line) == heading));
    }

    /// <summary>As GitHub makes it: small letters, hyphens for spaces, and no other signs.</summary>
    private static string Anchor(string line) => Signs().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"(?<!!)\[[^\]]*\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)")]
    private static partial Regex Linked();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]")]
    private static partial Regex Signs();

    [GeneratedRegex(@"!\[[^\]]*\]\((images/[^)]+)\)")]
    private static partial Regex Shown();

    [GeneratedRegex(@"Guide\.PictureAsync\(\s*\w+\s*,\s*""([^""]+)""")]
    private static partial Regex Taken();
}
