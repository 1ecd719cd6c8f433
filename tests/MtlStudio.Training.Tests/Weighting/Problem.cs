using System.Text.Json.Nodes;
using MtlStudio.Testing;
using MtlStudio.Training.Weighting;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>One set of task gradients and losses with its Gram matrix.</summary>
internal sealed record Problem(string Id, double[][] Rows, double[] Losses)
{
    public int Tasks => Rows.Length;

    public static Dictionary<string, Problem> All() => GoldenFile.Read("weighting/problems.json")["problems"]!.AsArray()
        .Select(node => new Problem(node!["id"].Text(), [.. node["J"]!.AsArray().Select(row => row.Numbers())], node["losses"].Numbers()))
        .ToDictionary(problem => problem.Id);

    /// <summary>The cases of a file of reference figures, each with its problem.</summary>
    public static IEnumerable<(Problem Problem, JsonNode Node)> Cases(string file)
    {
        var problems = All();
        return GoldenFile.Read($"weighting/{file}.json")["cases"]!.AsArray().Select(node => (problems[node!["problem"].Text()], node));
    }

    public static Problem Of(params double[][] rows) => new("", rows, [.. rows.Select(_ => 1.0)]);

    public WeighInput Input(int step = 0) => new()
    {
        Tasks = [.. Enumerable.Range(0, Tasks).Select(Name)],
        Step = step,
        Seed = 1,
        Losses = Losses,
        Gram = Gram(),
    };

    public static string Name(int task) => $"task{task}";

    public double[,] Gram()
    {
        var gram = new double[Tasks, Tasks];
        for (var i = 0; i < Tasks; i++)
            for (var j = 0; j < Tasks; j++)
                gram[i, j] = Rows[i].Zip(Rows[j]).Sum(pair => pair.First * pair.Second);
        return gram;
    }

    /// <summary>d = Jᵀα (P).</summary>
    public double[] Combine(double[] coefficients) =>
        [.. Enumerable.Range(0, Rows[0].Length).Select(p => Enumerable.Range(0, Tasks).Sum(k => coefficients[k] * Rows[k][p]))];

    public Problem Scaled(double factor) => this with { Rows = [.. Rows.Select(row => row.Select(value => value * factor).ToArray())] };

    /// <summary>|d − expected| / Σ|αᵢ||gᵢ|, the measure of the reference figures.</summary>
    public double Error(double[] coefficients, double[] expected)
    {
        var size = Enumerable.Range(0, Tasks).Sum(k => Math.Abs(coefficients[k]) * Math.Sqrt(Rows[k].Sum(value => value * value)));
        var distance = Math.Sqrt(Combine(coefficients).Zip(expected).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));
        return size > 0 ? distance / size : distance;
    }
}
