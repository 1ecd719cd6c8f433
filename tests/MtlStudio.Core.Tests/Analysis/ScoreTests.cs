using MtlStudio.Core.Analysis;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Analysis;

public sealed class ScoreTests
{
    [Fact]
    public void UnifiedScore_MeetsTheReference_WhenTasksVary()
    {
        var misses = new Misses();
        foreach (var (node, i) in GoldenFile.Read("weighting/evaluation.json")["unified"]!["cases"]!.AsArray().Select((node, i) => (node!, i)))
        {
            ScoredTask[] tasks = [.. node["tasks"]!.AsArray().Select(task =>
                new ScoredTask(task!["value"].Number(), task["random"].Number(), task["max"].Number(), task["size"].Whole()))];
            misses.Near($"{i} normalized", node["normalized"].Numbers(), [.. tasks.Select(task => task.Normalized)], 1e-10);
            misses.Near($"{i} macro", node["macro"].Number(), UnifiedScore.Macro(tasks), 1e-10);
            misses.Near($"{i} size-weighted", node["size_weighted"].Number(), UnifiedScore.SizeWeighted(tasks), 1e-10);
        }
        misses.AssertNone(9);
    }

    [Fact]
    public void UnifiedScore_IsNaN_WhenAScoreIsMissing()
    {
        Assert.True(double.IsNaN(UnifiedScore.Macro([])));
        Assert.True(double.IsNaN(UnifiedScore.SizeWeighted([])));
        Assert.True(double.IsNaN(UnifiedScore.Macro([new(double.NaN, 0, 1), new(1, 0, 1)])));
        Assert.True(double.IsNaN(new ScoredTask(1, 1, 1).Normalized));
        // Where lower is better the best lies below guessing.
        Assert.Equal(0.5, new ScoredTask(50.5, 100, 1).Normalized, 1e-12);
    }

    [Fact]
    public void DeltaM_MeetsTheReference_WhenDirectionsAndBaselinesVary()
    {
        var misses = new Misses();
        foreach (var table in GoldenFile.Read("weighting/evaluation.json")["delta_m"]!["tables"]!.AsArray())
        {
            BaselinePair[][] tasks = [.. table!["tasks"]!.AsArray().Select(task => task!["metrics"]!.AsArray().Select(metric =>
                new BaselinePair(metric!["value"].Number(), metric["baseline"].Number(), metric["higher_is_better"]!.GetValue<bool>())).ToArray())];
            var name = table["id"].Text();
            var absolute = table["delta_m_percent_with_absolute_baseline"];
            misses.Near(name, (absolute ?? table["delta_m_percent"]).Number(), DeltaM.Of(tasks) ?? double.NaN, 1e-10);
            if (absolute is null)
                misses.Near(name + " per task", table["per_task_percent"].Numbers(), [.. tasks.Select(task => DeltaM.OfTask(task) ?? double.NaN)], 1e-10);
        }
        misses.AssertNone(13);
    }

    [Fact]
    public void DeltaM_IsUndefined_WhenABaselineIsZeroOrAFigureIsMissing()
    {
        Assert.Null(DeltaM.Of([[new(1, 0, true)], [new(2, 1, true)]]));
        Assert.Null(DeltaM.Of([[new(double.NaN, 1, true)]]));
        Assert.Null(DeltaM.Of([]));
        Assert.Equal(50, DeltaM.Of([[new(-1, -2, true)]]));
        Assert.Equal(50, DeltaM.Of([[new(1, 2, false)]]));
    }
}
