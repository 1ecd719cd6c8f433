using MtlStudio.Core.Runs;
using MtlStudio.Training.Heads;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Heads;

/// <summary>What regularizers mean for heads.</summary>
public sealed class HeadRulesTests
{
    [Fact]
    public void Apart_IsBothDivergences_OfLabelsLabelSetsAndNumbers()
    {
        using var scope = NewDisposeScope();
        float[,] first = { { 0.3f, -1.2f, 2 }, { 0, 0.5f, -0.5f } }, second = { { -0.4f, 0.9f, 1.5f }, { 0, 0.5f, -0.5f } };
        double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        double Kl(double p, double q) => p * Math.Log(p / q) + (1 - p) * Math.Log((1 - p) / (1 - q));
        var sets = Enumerable.Range(0, 3).Average(i => Kl(Sigmoid(first[0, i]), Sigmoid(second[0, i])) + Kl(Sigmoid(second[0, i]), Sigmoid(first[0, i])));
        double[] Softmax(float[,] logits) => [.. Enumerable.Range(0, 3).Select(i => Math.Exp(logits[0, i]) / Enumerable.Range(0, 3).Sum(j => Math.Exp(logits[0, j])))];
        var (p, q) = (Softmax(first), Softmax(second));
        var labels = p.Zip(q).Sum(pair => pair.First * Math.Log(pair.First / pair.Second) + pair.Second * Math.Log(pair.Second / pair.First));
        Assert.Equal([sets, 0], Apart(TaskKinds.MultiLabel, first, second), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([labels, 0], Apart(TaskKinds.HeadClassification, first, second), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([labels, 0], Apart(TaskKinds.Tagging, first, second), (a, b) => Math.Abs(a - b) < 1e-6);
        // Two normal distributions of variance ½, whose −ln p is the squared error: each divergence is (a − b)².
        Assert.Equal([2 * 1.5 * 1.5, 0], Apart(TaskKinds.Regression, new float[,] { { 2 }, { 1 } }, new float[,] { { 0.5f }, { 1 } }), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private static double[] Apart(string kind, float[,] first, float[,] second) =>
        HeadLosses.Apart(new("task", kind, kind == TaskKinds.Regression ? [] : ["x", "y", "z"]), tensor(first), tensor(second)).to(float64).data<double>().ToArray();
}
