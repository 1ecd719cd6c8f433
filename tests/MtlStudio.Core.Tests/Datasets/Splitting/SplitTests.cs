using MtlStudio.Core.Datasets;

namespace MtlStudio.Core.Tests.Datasets.Splitting;

public sealed class SplitTests
{
    private static readonly string Rows = string.Concat(Enumerable.Range(0, 1_000).Select(i => $"{{\"id\":{i},\"label\":\"{(i % 20 == 0 ? "rare" : i % 3 == 0 ? "some" : "most")}\"}}\n"));

    [Fact]
    public void Import_DividesExactlyAndRepeatably_WhenSharesAreGiven()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", Rows);
        var rule = new SplitRule { Validation = 0.15, Test = 0.05, Seed = 3 };
        var first = folder.Import([new ImportFile(path)], new() { Split = rule });
        Assert.Equal([800, 150, 50], SplitNames.All.Select(split => first.Manifest.Splits[split].Rows));
        Assert.True(folder.Import([new ImportFile(path)], new() { Split = rule }).AlreadyThere);
        Assert.NotEqual(first.Manifest.Hash, folder.Import([new ImportFile(path)], new() { Split = rule with { Seed = 4 } }).Manifest.Hash);
        Assert.Equal(rule, first.Manifest.SplitRule);

        using var version = DatasetVersion.Open(first.Folder);
        var ids = SplitNames.All.Select(split => version.Read(split).Select(row => int.Parse(row["id"])).ToList()).ToList();
        Assert.Equal(Enumerable.Range(0, 1_000), ids.SelectMany(split => split).Order());
        Assert.All(ids, split => Assert.Equal(split.Order(), split));
        Assert.InRange(ids[1].Average(), 400, 600); // spread over the file, not one stretch of it
    }

    [Fact]
    public void Import_KeepsTheSharesOfEachValue_WhenStratified()
    {
        using var folder = new TemporaryFolder();
        var made = folder.Import([new ImportFile(folder.Write("rows.jsonl", Rows))], new() { Split = new() { Validation = 0.1, Test = 0.1, StratifyBy = "label" } });
        using var version = DatasetVersion.Open(made.Folder);
        var all = SplitNames.All.SelectMany(version.Read).CountBy(row => row["label"]).ToDictionary();
        foreach (var split in new[] { "validation", "test" })
        {
            Assert.Equal(100, version.Count(split));
            foreach (var (label, count) in version.Read(split).CountBy(row => row["label"])) Assert.InRange(count, all[label] * 0.1 - 1, all[label] * 0.1 + 1);
        }
    }

    [Fact]
    public void Import_KeepsGivenSplits_WhenOtherFilesAreDivided()
    {
        using var folder = new TemporaryFolder();
        var made = folder.Import([new ImportFile(folder.Write("rows.jsonl", Rows)), new ImportFile(folder.Write("test.jsonl", "{\"id\":-1,\"label\":\"most\"}\n"), "test")],
            new() { Split = new() { Validation = 0.2, Test = 0 } });
        using var version = DatasetVersion.Open(made.Folder);
        Assert.Equal([800, 200, 1], SplitNames.All.Select(version.Count));
        Assert.Equal("-1", version.Get("test", 0)["id"]);
    }

    [Theory]
    [InlineData(1, 0.1, 0.1)]
    [InlineData(3, 0.4, 0.4)]
    [InlineData(10, 0.25, 0.25)]
    [InlineData(1_000, 0.333, 0.333)]
    [InlineData(1_000, 0, 0)]
    public void Assign_AddsUp_WhenEveryRowIsAStratumOfItsOwn(int count, double validation, double test)
    {
        var splits = SplitPlan.Assign([.. Enumerable.Range(0, count)], new() { Validation = validation, Test = test });
        Assert.Equal(Math.Round(count * validation, MidpointRounding.AwayFromZero), splits.Count(split => split == 1));
        Assert.Equal(Math.Round(count * test, MidpointRounding.AwayFromZero), splits.Count(split => split == 2));
    }
}
