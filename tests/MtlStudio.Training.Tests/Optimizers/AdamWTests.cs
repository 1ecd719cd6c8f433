using MtlStudio.Training.Loop;
using MtlStudio.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Optimizers;

public sealed class AdamWTests
{
    [Fact]
    public void Step_FollowsTheFormula_OverManySteps()
    {
        using var scope = NewDisposeScope();
        using var flat = new FlatParameters(
            [new("weight", tensor(new[,] { { 0.5f, -1.25f }, { 2f, 1e-3f } }), true, _ => { }), new("bias", tensor(new[] { 0.75f }), false, _ => { })], CPU);
        var options = new AdamWOptions(Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-6, WeightDecay: 0.1);
        using var optimizer = new AdamW(flat, options);

        double[] p = [0.5, -1.25, 2, 1e-3, 0.75], m = new double[5], v = new double[5];
        for (var t = 1; t <= 30; t++)
        {
            var gradient = p.Select((_, i) => (float)Math.Sin(0.7 * t + i)).ToArray();
            var rate = 0.01 / t;
            optimizer.Step(tensor(gradient), rate);
            for (var i = 0; i < 5; i++)
            {
                p[i] -= rate * (i < 4 ? options.WeightDecay : 0) * p[i];
                m[i] = 0.8 * m[i] + 0.2 * gradient[i];
                v[i] = 0.95 * v[i] + 0.05 * gradient[i] * gradient[i];
                p[i] -= rate * (m[i] / (1 - Math.Pow(0.8, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.95, t))) + 1e-6);
            }
        }
        Assert.Equal([30, 30], optimizer.Steps);
        var values = flat.Values.data<float>().ToArray();
        for (var i = 0; i < 5; i++) Assert.Equal(p[i], values[i], 1e-6);
    }
}
