using System.Text.Json.Nodes;
using MtlStudio.Core.Analysis;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Analysis;

/// <summary>Intervals, wins in pairs and agreement against statsmodels, scikit-learn, krippendorff and choix.</summary>
public sealed class AgreementTests
{
    private static IEnumerable<JsonNode> Cases(string kind) =>
        GoldenFile.Read("metrics/agreement.json")["cases"]!.AsArray().Select(node => node!).Where(node => node["kind"].Text() == kind);

    [Fact]
    public void WilsonInterval_MeetsTheReference_WhenConfidenceVaries()
    {
        var misses = new Misses();
        foreach (var node in Cases("wilson"))
            foreach (var (confidence, expected) in node["expected"]!.AsObject())
            {
                var (low, high) = WilsonInterval.Of(node["wins"].Number(), node["n"].Number(), double.Parse(confidence));
                misses.Near($"{node["wins"]} of {node["n"]} at {confidence}", expected.Numbers(), [low, high], 1e-9);
            }
        misses.AssertNone(24);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.8413447460685429, 1)]
    [InlineData(1e-12, -7.034483825301132)]
    public void NormalQuantile_IsExact_InEachOfItsRanges(double probability, double expected)
    {
        Assert.Equal(expected, NormalQuantile.Of(probability), 1e-12);
        if (probability > 1e-6) Assert.Equal(-expected, NormalQuantile.Of(1 - probability), 1e-12);
    }

    [Fact]
    public void Votes_MeetTheReference_WhenTiesOccur()
    {
        var misses = new Misses();
        foreach (var node in Cases("votes"))
        {
            var players = node["players"].Texts();
            var wins = new PairwiseWins(players.Length, node["votes"]!.AsArray().Select(vote => new PairwiseVote(
                Array.IndexOf(players, vote![0].Text()), Array.IndexOf(players, vote[1].Text()), vote[2].Text() switch { "a" => 1, "b" => -1, _ => 0 })));
            var matrix = wins.WithHalfTies();
            var (name, expected) = (node["id"].Text(), node["expected"]!);
            for (var i = 0; i < players.Length; i++)
            {
                var row = i;
                misses.Near($"{name} row {i}", expected["wins_matrix"]![i].Numbers(), [.. Enumerable.Range(0, players.Length).Select(j => matrix[row, j])], 1e-12);
                var (rates, own) = (expected["win_rates"]![players[i]]!, wins.Of(i));
                misses.Check($"{name} {players[i]}", (rates["wins"].Whole(), rates["ties"].Whole(), rates["losses"].Whole()) == own, $"{own}");
                var (low, high) = WilsonInterval.Of(own.Wins + own.Ties / 2.0, own.Wins + own.Ties + own.Losses);
                misses.Near($"{name} {players[i]} half ties", rates["wilson95_half_ties"].Numbers(), [low, high], 1e-9);
                if (rates["wilson95_without_ties"] is not { } apart) continue;
                (low, high) = WilsonInterval.Of(own.Wins, own.Wins + own.Losses);
                misses.Near($"{name} {players[i]} ties apart", apart.Numbers(), [low, high], 1e-9);
            }
            misses.Near($"{name} Bradley-Terry", expected["bt_log_strength"].Numbers(), BradleyTerry.Of(matrix)!, 1e-7);
        }
        misses.AssertNone(40);
    }

    [Fact]
    public void BradleyTerry_HasNoStrengths_WhenOneNeverLost()
    {
        Assert.Null(BradleyTerry.Of(new double[,] { { 0, 3 }, { 0, 0 } }));
        Assert.Null(BradleyTerry.Of(new double[,] { { 0, 1, 0 }, { 1, 0, 0 }, { 0, 0, 0 } }));
    }

    [Fact]
    public void CohenKappa_MeetsTheReference_WhenWeightsVary()
    {
        var misses = new Misses();
        foreach (var node in Cases("cohen"))
        {
            var labels = node["labels"].Numbers();
            int[] a = [.. node["a"].Numbers().Select(label => Array.IndexOf(labels, label))], b = [.. node["b"].Numbers().Select(label => Array.IndexOf(labels, label))];
            foreach (var weights in Enum.GetValues<KappaWeights>())
                misses.Near($"{node["id"]} {weights}", node["expected"]![weights.ToString().ToLowerInvariant()].Number(), CohenKappa.Of(a, b, labels.Length, weights), 1e-9);
        }
        misses.AssertNone(18);
    }

    [Fact]
    public void FleissKappa_MeetsTheReference_WhenAgreementVaries()
    {
        var misses = new Misses();
        foreach (var node in Cases("fleiss"))
            misses.Near(node["id"].Text(), node["expected"]!["fleiss"].Number(),
                FleissKappa.Of([.. node["counts"]!.AsArray().Select(row => row.Numbers().Select(count => (int)count).ToArray())]), 1e-9);
        misses.AssertNone(5);
    }

    [Fact]
    public void FleissKappa_Refuses_WhenItemsHaveDifferentRaters() => Assert.Throws<ArgumentException>(() => FleissKappa.Of([[1, 1], [2, 1]]));

    [Fact]
    public void KrippendorffAlpha_MeetsTheReference_WhenRatingsAreMissing()
    {
        var misses = new Misses();
        foreach (var node in Cases("krippendorff"))
        {
            var ratings = node["data"]!.AsArray().Select(row => row!.AsArray().Select(value => value is null ? (double?)null : value.Number()).ToArray()).ToArray();
            foreach (var scale in Enum.GetValues<RatingScale>())
                misses.Near($"{node["id"]} {scale}", node["expected"]![scale.ToString().ToLowerInvariant()].Number(), KrippendorffAlpha.Of(ratings, scale), 1e-9);
        }
        misses.AssertNone(20);
    }
}
