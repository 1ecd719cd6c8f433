using System.Text.Json.Nodes;
using MtlStudio.Core.Analysis;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Analysis;

public sealed class GradientConflictTests
{
    [Fact]
    public void Of_MeetsTheReference_WhenComparedOverWholeGradientsAndGroups()
    {
        var misses = new Misses();
        foreach (var node in GoldenFile.Read("weighting/telemetry.json")["cases"]!.AsArray())
        {
            double[][] rows = [.. node!["J"]!.AsArray().Select(row => row.Numbers())];
            Compare(node["id"].Text(), node["whole"]!, rows, 0, rows[0].Length);
            foreach (var group in node["groups"]!.AsArray())
                Compare($"{node["id"]} {group!["columns"]}", group, rows, group["columns"]![0].Whole(), group["columns"]![1].Whole());
        }
        misses.AssertNone(100);

        void Compare(string name, JsonNode expected, double[][] rows, int from, int to)
        {
            var conflict = GradientConflict.Of(Gram(rows, from, to));
            misses.Near(name + " norms", expected["norms"].Numbers(), conflict.Norms, 1e-10);
            misses.Check(name + " pairs", conflict.Pairs == expected["pairs_counted"].Whole() && conflict.Conflicting == expected["conflicting_pairs"].Whole());
            misses.Near(name + " share", expected["conflict_share"].Number(), conflict.Share, 1e-10);
            misses.Near(name + " mean", expected["mean_cosine"].Number(), conflict.MeanCosine, 1e-10);
            misses.Near(name + " min", expected["min_cosine"].Number(), conflict.MinCosine, 1e-10);
            if (expected["cosines"] is not JsonArray cosines) return;
            for (var i = 0; i < rows.Length; i++)
                misses.Near($"{name} cosines {i}", cosines[i].Numbers(), [.. Enumerable.Range(0, rows.Length).Select(j => conflict.Cosines[i, j])], 1e-10);
        }
    }

    [Fact]
    public void Of_LeavesATaskOut_WhenItsGradientIsZeroOrNotFinite()
    {
        var conflict = GradientConflict.Of(new[,] { { 4.0, 0, double.NaN, -2 }, { 0, 0, double.NaN, 0 }, { double.NaN, double.NaN, double.NaN, double.NaN }, { -2, 0, double.NaN, 4 } });
        Assert.Equal(1, conflict.Pairs);
        Assert.Equal(1, conflict.Conflicting);
        Assert.Equal(-0.5, conflict.MeanCosine);
        Assert.True(double.IsNaN(GradientConflict.Of(new double[2, 2]).Share));
    }

    private static double[,] Gram(double[][] rows, int from, int to)
    {
        var gram = new double[rows.Length, rows.Length];
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < rows.Length; j++)
                for (var p = from; p < to; p++)
                    gram[i, j] += rows[i][p] * rows[j][p];
        return gram;
    }
}
