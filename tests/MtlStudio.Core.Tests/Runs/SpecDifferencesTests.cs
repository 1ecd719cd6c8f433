using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Runs;

public sealed class SpecDifferencesTests
{
    private static readonly RunSpec Plain = new() { Name = "plain", Model = new() { Path = "m" }, Tasks = [new() { Name = "qa" }, new() { Name = "sum" }] };

    [Fact]
    public void Among_IsEmpty_WhenOnlyNamesNotesAndTagsDiffer() =>
        Assert.Empty(SpecDifferences.Among([Plain, Plain with { Name = "other", Note = "n", Tags = ["t"] }]));

    [Fact]
    public void Among_GivesAValueASpec_WhereAnyTwoDiffer()
    {
        var row = Assert.Single(SpecDifferences.Among([Plain, Plain with { Seed = 2 }, Plain with { Seed = 3 }]));
        Assert.Equal("seed", row.Field);
        Assert.Equal(["1", "2", "3"], row.Values);
    }

    [Fact]
    public void Among_MatchesTasksByName_WhateverTheirOrder()
    {
        var turned = Plain with { Tasks = [new() { Name = "sum", Share = 2 }, new() { Name = "qa" }] };
        var row = Assert.Single(SpecDifferences.Among([Plain, turned]));
        Assert.Equal(("tasks[sum].share", "1", "2"), (row.Field, row.Values[0], row.Values[1]));
    }

    [Fact]
    public void Among_SaysInOneRow_ThatATaskIsMissing()
    {
        var fewer = Plain with { Tasks = [Plain.Tasks[0]] };
        var row = Assert.Single(SpecDifferences.Among([Plain, fewer]));
        Assert.Equal("tasks[sum]", row.Field);
        Assert.Equal([SpecDifferences.Present, null], row.Values);
    }

    [Fact]
    public void Among_ComparesATaskAmongThoseThatHaveIt_WhenOthersLackIt()
    {
        var more = Plain with { Tasks = [new() { Name = "qa" }, new() { Name = "sum", LossWeight = 3 }] };
        var rows = SpecDifferences.Among([Plain, Plain with { Tasks = [Plain.Tasks[0]] }, more]);
        Assert.Equal(["tasks[sum]", "tasks[sum].lossWeight"], rows.Select(row => row.Field).Order(StringComparer.Ordinal));
        Assert.Equal(["1", null, "3"], rows.Single(row => row.Field == "tasks[sum].lossWeight").Values);
    }

    [Theory]
    [InlineData("8", 0)]
    [InlineData("8.0", 0)]
    [InlineData("16", 1)]
    public void Among_CountsAnOption_OnlyWhereItsValueDiffers(string rank, int rows)
    {
        var given = Plain with { Peft = new("lora") { Options = new Dictionary<string, JsonElement> { ["rank"] = JsonElement.Parse(rank) } } };
        var found = SpecDifferences.Among([Plain, given]);
        Assert.Equal(rows, found.Count);
        Assert.All(found, row => Assert.Equal(("peft.options.rank", "8", "16"), (row.Field, row.Values[0], row.Values[1])));
    }

    [Fact]
    public void Among_LeavesOutOptionsAtTheirDefault_WhenTheMethodDiffers()
    {
        var dwa = Plain with { Weighting = new() { Name = "dwa" } };
        Assert.Equal(["weighting.name"], SpecDifferences.Among([Plain, dwa]).Select(row => row.Field));
        var hot = dwa with { Weighting = dwa.Weighting with { Options = new Dictionary<string, JsonElement> { ["T"] = JsonElement.Parse("5") } } };
        var rows = SpecDifferences.Among([Plain, hot]);
        Assert.Equal(["weighting.name", "weighting.options.T"], rows.Select(row => row.Field));
        Assert.Equal([null, "5"], rows[1].Values);
    }

    [Fact]
    public void FromDefaults_NamesWhatASpecSets()
    {
        var spec = Plain with { Seed = 7, Tasks = [new() { Name = "qa", Share = 2, Data = new() { Limit = 50 } }] };
        Assert.Equal([("seed", "7", "1"), ("model.path", "m", ""), ("tasks[qa].data.limit", "50", null), ("tasks[qa].share", "2", "1")],
            SpecDifferences.FromDefaults(spec).Select(row => (row.Field, row.Values[0], row.Values[1])));
        Assert.Empty(SpecDifferences.FromDefaults(new RunSpec { Name = "only a name" }));
    }

    [Fact]
    public void CatalogPath_LeavesTheTasksNameOut()
    {
        Assert.Equal("tasks[].share", SpecValues.CatalogPath("tasks[qa].share"));
        Assert.Equal("training.steps", SpecValues.CatalogPath("training.steps"));
    }
}
