using MtlStudio.Core.Datasets;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Datasets.Statistics;

public sealed class DatasetStatisticsTests
{
    [Fact]
    public void Of_CountsEachColumn_WhenRowsAreSmall()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jsonl", "{\"t\":\"é😂\",\"n\":1}\n{\"t\":\"four\",\"n\":1}\n{\"t\":\"\"}\n{\"t\":\"four\",\"n\":22}\n");
        using var version = DatasetVersion.Open(folder.Import(path).Folder);
        var statistics = DatasetStatistics.Of(version, TestContext.Current.CancellationToken);
        var text = statistics["train"][0];
        Assert.Equal(("t", 4, 1, 0, 2, false), (text.Column, text.Rows, text.Empty, text.Json, text.Distinct, text.DistinctCapped));
        Assert.Equal((2, 10.0 / 3, 4), (text.MinLength, text.MeanLength, text.MaxLength));
        Assert.Equal([new ValueCount("four", 2), new ValueCount("é😂", 1)], text.Frequent);
        var number = statistics["train"][1];
        Assert.Equal((4, 1, 3, 2), (number.Rows, number.Empty, number.Json, number.Distinct));
        Assert.Equal((0, 0, 0.0, 0), (statistics["test"][0].Rows, statistics["test"][0].MinLength, statistics["test"][0].MeanLength, statistics["test"][0].Distinct));
    }

    [Fact]
    public void Of_StaysBoundedAndTellsLongValuesApart_WhenThereAreMany()
    {
        var columns = new ColumnSet(["long", "id"]);
        var start = new string('x', 300);
        var rows = Enumerable.Range(0, 12_000).Select(i => new Row(columns, [start + i % 3, i.ToString()]));
        var statistics = DatasetStatistics.Of(rows, columns.Names, TestContext.Current.CancellationToken);
        Assert.Equal((3, false, 301), (statistics[0].Distinct, statistics[0].DistinctCapped, statistics[0].MaxLength));
        Assert.All(statistics[0].Frequent, value => Assert.Equal((start[..200] + "…", 4_000), (value.Value, value.Rows)));
        Assert.Equal((DatasetStatistics.DistinctCap, true, DatasetStatistics.FrequentCap), (statistics[1].Distinct, statistics[1].DistinctCapped, statistics[1].Frequent.Count));
    }

    [Fact]
    public void Of_FindsTheImbalance_WhenTheSetIsReal()
    {
        using var folder = new TemporaryFolder();
        using var version = DatasetVersion.Open(folder.Import(SharedFolder.Need("data/spam-sms/train.tsv")).Folder);
        var label = DatasetStatistics.Of(version, TestContext.Current.CancellationToken)["train"][0];
        Assert.Equal(["ham", "spam"], label.Frequent.Select(value => value.Value));
        Assert.Equal(4159, label.Frequent.Sum(value => value.Rows));
        Assert.Equal(0.13, label.Frequent[1].Rows / 4159.0, 0.01);
    }
}
