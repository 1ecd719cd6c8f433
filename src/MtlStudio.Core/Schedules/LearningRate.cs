using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Schedules;

/// <summary>How the warm-up rises or the last part of a warm-up–stable–decay schedule falls.</summary>
public enum RateShape { Linear, Cosine, Root }

/// <summary>
/// The learning rate of each step, as transformers' get_scheduler: a warm-up, then the schedule's own course down to a
/// share of the highest rate. A pure function of the step, so that nothing of it needs to be kept.
/// </summary>
/// <param name="Schedule">A catalog name.</param>
/// <param name="Highest">The rate after the warm-up.</param>
/// <param name="Warmup">Steps of warm-up.</param>
/// <param name="Lowest">Where the rate ends, as a share of the highest.</param>
/// <param name="Steps">Steps of the whole run.</param>
public sealed record LearningRate(string Schedule, double Highest, int Warmup, double Lowest, int Steps)
{
    /// <summary>Half cosines of "cosine"; each begins at the highest rate again (Loshchilov, Hutter 2017).</summary>
    public int Cycles { get; init; } = 1;
    /// <summary>Exponent of "polynomial"; 1 is linear.</summary>
    public double Power { get; init; } = 1;
    /// <summary>Steps after which "inverse-sqrt" has come down to 1/√2 of the highest rate; at least <see cref="Warmup"/>.</summary>
    public int Timescale { get; init; } = 10_000;
    /// <summary>Steps of the fall at the end of "wsd".</summary>
    public int DecaySteps { get; init; }
    /// <summary>The course of that fall.</summary>
    public RateShape DecayShape { get; init; }
    /// <summary>The course of the warm-up of "wsd"; the other schedules' is linear.</summary>
    public RateShape WarmupShape { get; init; }

    public static LearningRate Of(RunSpec spec)
    {
        var (name, options, steps) = (spec.Schedule.Name, spec.Schedule.Options, spec.Training.Steps);
        bool Takes(string option) => MethodCatalog.Get(MethodKind.Schedule, name).Parameters.Any(parameter => parameter.Name == option);
        double Number(string option, double otherwise) => Takes(option) ? options.Number(MethodKind.Schedule, name, option) : otherwise;
        var warmup = Math.Min(options.Integer(MethodKind.Schedule, name, "warmupSteps"), steps);
        return new(name, spec.Optimizer.Options.Number(MethodKind.Optimizer, spec.Optimizer.Name, "lr"), warmup, Number("minRatio", name == "constant" ? 1 : 0), steps)
        {
            Cycles = (int)Number("cycles", 1),
            Power = Number("power", 1),
            Timescale = Takes("timescale") && options.Has(MethodKind.Schedule, name, "timescale") ? Math.Max(1, options.Integer(MethodKind.Schedule, name, "timescale")) : warmup > 0 ? warmup : 10_000,
            DecaySteps = Math.Min((int)Math.Round(Number("decayShare", 0) * steps), steps - warmup),
            DecayShape = Takes("decayShape") ? Shape(options.Text(MethodKind.Schedule, name, "decayShape")!) : RateShape.Linear,
        };
    }

    /// <summary>The rate that step <paramref name="step"/> (from 0) uses.</summary>
    public double At(int step) => Highest * Factor(step);

    private double Factor(int step)
    {
        if (Schedule == "wsd") return WarmupStableDecay(step);
        if (step < Warmup) return (double)step / Warmup;
        var done = Math.Min(1, (double)(step - Warmup) / Math.Max(1, Steps - Warmup));
        return Schedule switch
        {
            "constant" => 1,
            "linear" => Lowest + (1 - Lowest) * (1 - done),
            "cosine" => Lowest + (1 - Lowest) * 0.5 * (1 + Math.Cos(Math.PI * (done < 1 ? Cycles * done % 1 : 1))),
            "polynomial" => Lowest + (1 - Lowest) * Math.Pow(1 - done, Power),
            "inverse-sqrt" => Math.Max(Lowest, 1 / Math.Sqrt((step + Timescale - Warmup) / (double)Timescale)),
            _ => throw new InvalidInputException("schedule.name", $"There is no schedule \"{Schedule}\": choose one of {string.Join(", ", MethodCatalog.OfKind(MethodKind.Schedule).Select(method => method.Name))}"),
        };
    }

    /// <summary>Unlike the other schedules' its warm-up begins at the lowest rate (as in transformers).</summary>
    private double WarmupStableDecay(int step)
    {
        if (step < Warmup) return Lowest + (1 - Lowest) * Rise(WarmupShape, (double)step / Warmup);
        var fallen = (double)(step - (Steps - DecaySteps)) / Math.Max(1, DecaySteps);
        return fallen <= 0 ? 1 : fallen >= 1 ? Lowest : Lowest + (1 - Lowest) * Fall(DecayShape, fallen);
    }

    private static double Rise(RateShape shape, double done) => shape switch
    {
        RateShape.Cosine => 0.5 * (1 - Math.Cos(Math.PI * done)),
        RateShape.Root => 1 - Math.Sqrt(1 - done),
        _ => done,
    };

    private static double Fall(RateShape shape, double done) => shape switch
    {
        RateShape.Cosine => 0.5 * (1 + Math.Cos(Math.PI * done)),
        RateShape.Root => 1 - Math.Sqrt(done),
        _ => 1 - done,
    };

    private static RateShape Shape(string name) => name switch { "cosine" => RateShape.Cosine, "1-sqrt" => RateShape.Root, _ => RateShape.Linear };
}
