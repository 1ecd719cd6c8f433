using System.Text.Json.Nodes;
using MtlStudio.Core;

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
        gradients.ForEach(block =>
        {
            for (var p = 0; p < block.Length; p++)
            {
                double sum = 0, size = 0;
                foreach (var k in tasks.Kept)
                {
                    var value = block.Gradient(k)[p];
                    sum += value;
                    size += Math.Abs(value);
                }
                var uniform = uniforms is null ? random.NextDouble() : uniforms[(int)(block.Start + p)];
                if (size == 0) continue;
                var purity = 0.5 * (1 + sum / size);
                for (var i = 0; i < tasks.Count; i++)
                {
                    var value = block.Gradient(tasks.Kept[i])[p];
                    var mask = purity > uniform && value > 0 || purity < uniform && value < 0 ? 1 : leak[i];
                    block.Direction[p] += mask * value;
                    passed[i] += Math.Abs(mask * value);
                    all[i] += Math.Abs(value);
                }
            }
        });
        return tasks.Spread([.. passed.Select((value, i) => all[i] > 0 ? value / all[i] : 0)]);
    }
}
