using System.Numerics;
using System.Text.Json.Nodes;
using MtlStudio.Core;
using MtlStudio.Training.Weighting.Solvers;

namespace MtlStudio.Training.Weighting.Gradients;

/// <summary>
/// GradDrop (Chen et al. 2020): at every parameter, the sign purity P = ½(1 + Σg/Σ|g|) of the task gradients is drawn against a uniform number
/// U; where P &gt; U only positive entries pass, where P &lt; U only negative ones. A task's leak lets that share of its gradient pass
/// unmasked. Scale: sum (K where all signs agree).
/// </summary>
/// <remarks>Elementwise, so no function of the Gram matrix: it walks the task gradients themselves. Where all entries are zero nothing
/// passes. The coefficients reported are the share of each task's gradient, by absolute value, that passed. Limits: more noise in the
/// direction the more tasks disagree.</remarks>
/// <param name="leaks">By task, 0 to 1.</param>
internal sealed class GradDropPolicy(IReadOnlyDictionary<string, double> leaks) : IRowPolicy
{
    public static GradDropPolicy Create(PolicyOptions options, IReadOnlyList<string> tasks) => new(options.PerTask("leak", tasks));

    public string Name => "graddrop";
    public PolicyNeeds Needs => PolicyNeeds.Rows;
    public bool KeepsRows => false;
    public bool OwnDirection => true;
    public double NominalScale(int tasks) => tasks;

    public Weighing Weigh(WeighInput input, JsonObject? state) => throw new MissingInputException("jacobian", "GradDrop needs the task gradients themselves, not their Gram matrix");

    public Weighing Weigh(WeighInput input, JsonObject? state, IGradientBlocks gradients)
    {
        var tasks = FiniteTasks.Of(input);
        var leak = tasks.Kept.Select((_, i) => leaks[tasks.Name(i)]).ToArray();
        var (passed, all) = (new double[tasks.Count], new double[tasks.Count]);
        var uniforms = input.Draws?.Uniforms;
        var random = new KeyedRandom(input.Seed, "policy/graddrop", input.Step);
        double[] sums = [], sizes = [];
        gradients.ForEach(block =>
        {
            if (sums.Length < block.Length) (sums, sizes) = (new double[block.Length], new double[block.Length]);
            var sum = sums.AsSpan(0, block.Length);
            var size = sizes.AsSpan(0, block.Length);
            sum.Clear();
            size.Clear();
            foreach (var k in tasks.Kept)
            {
                RowMath.AddScaled(sum, 1, block.Gradient(k));
                RowMath.AddMagnitudes(size, block.Gradient(k));
            }
            // From here on the sign that passes; 0: neither.
            for (var p = 0; p < block.Length; p++)
            {
                var uniform = uniforms is null ? random.NextDouble() : uniforms[(int)(block.Start + p)];
                sum[p] = size[p] == 0 ? 0 : Math.Sign(0.5 * (1 + sum[p] / size[p]) - uniform);
            }
            for (var i = 0; i < tasks.Count; i++)
            {
                var gradient = block.Gradient(tasks.Kept[i]);
                passed[i] += Pass(gradient, sum, leak[i], block.Direction);
                all[i] += RowMath.Magnitude(gradient);
            }
        });
        return tasks.Spread([.. passed.Select((value, i) => all[i] > 0 ? value / all[i] : 0)]);
    }

    /// <summary>Adds what passes of a gradient to the direction.</summary>
    /// <param name="signs">The sign that passes, by parameter.</param>
    /// <returns>Its sum of absolute values.</returns>
    private static double Pass(ReadOnlySpan<double> gradient, ReadOnlySpan<double> signs, double leak, Span<double> direction)
    {
        var wide = RowMath.Wide(gradient);
        var pass = RowMath.Wide(signs);
        var sums = RowMath.Wide(direction);
        var (passed, all, part) = (Vector<double>.Zero, Vector<double>.One, new Vector<double>(leak));
        for (var i = 0; i < wide.Length; i++)
        {
            var value = Vector.ConditionalSelect(Vector.GreaterThan(wide[i] * pass[i], Vector<double>.Zero), all, part) * wide[i];
            sums[i] += value;
            passed += Vector.Abs(value);
        }
        var sum = Vector.Sum(passed);
        for (var p = wide.Length * Vector<double>.Count; p < gradient.Length; p++)
        {
            var value = (gradient[p] * signs[p] > 0 ? 1 : leak) * gradient[p];
            direction[p] += value;
            sum += Math.Abs(value);
        }
        return sum;
    }
}
