using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Curricula;

/// <summary>What makes an example hard.</summary>
public enum DifficultyMeasure { Length, Loss, Order }

/// <summary>Which of a task's examples may be drawn at which step: those that are easy enough.</summary>
public sealed record Curriculum
{
    /// <summary>A catalog name other than "none".</summary>
    public required string Pacing { get; init; }
    public required DifficultyMeasure Difficulty { get; init; }
    /// <summary>c₀, the share of the data that is drawn at the start.</summary>
    public required double Start { get; init; }
    /// <summary>Steps until all of it is drawn.</summary>
    public required int Steps { get; init; }
    /// <summary>Hard examples first, for control.</summary>
    public bool Anti { get; init; }
    /// <summary>Root p, steepness k or number of stages.</summary>
    public double Shape { get; init; }
    /// <summary>Steps between measurements of the losses; 0: once, of the untuned model.</summary>
    public int RankEvery { get; init; }

    /// <summary>True where the order follows the model's losses.</summary>
    public bool NeedsLosses => Difficulty == DifficultyMeasure.Loss;

    /// <summary>The curriculum of a spec; null: none.</summary>
    public static Curriculum? Of(RunSpec spec)
    {
        var (name, options) = (spec.Curriculum.Name, spec.Curriculum.Options);
        if (name == "none") return null;
        bool Takes(string option) => MethodCatalog.Get(MethodKind.Curriculum, name).Parameters.Any(parameter => parameter.Name == option);
        double Number(string option) => options.Number(MethodKind.Curriculum, name, option);
        return new()
        {
            Pacing = name,
            Difficulty = !Takes("difficulty") ? DifficultyMeasure.Loss
                : options.Text(MethodKind.Curriculum, name, "difficulty") switch { "loss" => DifficultyMeasure.Loss, "order" => DifficultyMeasure.Order, _ => DifficultyMeasure.Length },
            Start = Number("start"),
            Steps = Math.Max(1, (int)Math.Round(Number("share") * spec.Training.Steps)),
            Anti = options.Flag(MethodKind.Curriculum, name, "anti"),
            Shape = Takes("power") ? Number("power") : Takes("steepness") ? Number("steepness") : Takes("stages") ? Number("stages") : 0,
            RankEvery = Takes("every") ? (int)Number("every") : 0,
        };
    }

    /// <summary>c at a step, 0 to 1.</summary>
    public double ShareAt(int step)
    {
        var x = Math.Min(1, (double)step / Steps);
        return Pacing switch
        {
            "root" => Curricula.Pacing.Root(x, Start, Shape),
            "geometric" => Curricula.Pacing.Geometric(x, Start),
            "sigmoid" => Curricula.Pacing.Sigmoid(x, Start, Shape),
            "step" => Curricula.Pacing.Step(x, Start, (int)Shape),
            _ => Curricula.Pacing.Linear(x, Start),
        };
    }

    /// <summary>How many of a task's examples may be drawn at a step, at least 1.</summary>
    public int PoolAt(int step, int size) => Math.Clamp((int)Math.Ceiling(ShareAt(step) * size - 1e-9), 1, Math.Max(1, size));

    /// <summary>(n): each example's place from easy (0) to hard; equals keep their order, and what is not a number is hardest.</summary>
    public int[] Ranks(IReadOnlyList<double> difficulties)
    {
        double Key(int example) => double.IsNaN(difficulties[example]) ? double.PositiveInfinity : Anti ? -difficulties[example] : difficulties[example];
        var ranks = new int[difficulties.Count];
        var place = 0;
        foreach (var example in Enumerable.Range(0, ranks.Length).OrderBy(Key)) ranks[example] = place++;
        return ranks;
    }
}
