using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Loop;

/// <summary>
/// The learning rate of each step, as transformers' get_scheduler: a linear warm-up from 0, then constant, linear or
/// half a cosine down to a share of the highest rate.
/// </summary>
/// <param name="highest">The rate after the warm-up.</param>
/// <param name="warmup">Steps of warm-up.</param>
/// <param name="lowest">Where the rate ends, as a share of the highest.</param>
/// <param name="steps">Steps of the whole run.</param>
public sealed class LearningRate(string schedule, double highest, int warmup, double lowest, int steps)
{
    public static LearningRate Of(RunSpec spec)
    {
        var (name, options) = (spec.Schedule.Name, spec.Schedule.Options);
        return new(name,
            spec.Optimizer.Options.Number(MethodKind.Optimizer, spec.Optimizer.Name, "lr"),
            Math.Min(options.Integer(MethodKind.Schedule, name, "warmupSteps"), spec.Training.Steps),
            name == "constant" ? 1 : options.Number(MethodKind.Schedule, name, "minRatio"),
            spec.Training.Steps);
    }

    /// <summary>The rate that step <paramref name="step"/> (from 0) uses.</summary>
    public double At(int step) => highest * Factor(step);

    private double Factor(int step)
    {
        if (step < warmup) return (double)step / warmup;
        var done = Math.Min(1, (double)(step - warmup) / Math.Max(1, steps - warmup));
        return schedule switch
        {
            "constant" => 1,
            "linear" => lowest + (1 - lowest) * (1 - done),
            "cosine" => lowest + (1 - lowest) * 0.5 * (1 + Math.Cos(Math.PI * done)),
            _ => throw new InvalidInputException("schedule.name", $"There is no schedule \"{schedule}\": choose constant, linear or cosine"),
        };
    }
}
