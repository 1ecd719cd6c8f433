using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>How a run comes by what its weighting policy needs of the tasks' gradients.</summary>
public enum GradientMode
{
    /// <summary>A row for each task.</summary>
    Whole,
    /// <summary>One row for all: the coefficients are known before the backward pass.</summary>
    Together,
    /// <summary>One row for all, after a forward pass that tells the losses the coefficients depend on.</summary>
    LossesFirst,
    /// <summary>The columns of chosen layers of each task's gradient, beside one row for the direction.</summary>
    Layers,
    /// <summary>A sketch of each task's gradient, beside one row for the direction.</summary>
    Sketch,
}

/// <summary>What a spec says of its task gradients, settled against what fits in memory.</summary>
/// <param name="Mode">How they are kept.</param>
/// <param name="Last">With a sample: the direction comes from the coefficients of the last weighing, in one pass; else from a second backward pass.</param>
/// <param name="Every">Steps between two weighings by a gradient policy.</param>
/// <param name="SampleSize">Numbers of a sketch; 0: none, or as many as the layers hold.</param>
/// <param name="Extra">Passes that the policy makes beside the step's own, over one pass.</param>
public sealed record GradientPlan(GradientMode Mode, bool Last, int Every, long SampleSize, double Extra)
{
    /// <summary>Bytes that the rows of all tasks may take; beyond it tasks share one, and gradient policies see samples.</summary>
    public const long RowLimit = 2L << 30;

    /// <summary>Numbers of a sketch where the spec names none.</summary>
    public const int DefaultSketch = 1 << 16;

    public bool IsSampled => Mode is GradientMode.Layers or GradientMode.Sketch;

    /// <summary>Time of a step's passes over one pass: a second backward in steps that weigh, a forward pass (a third of a pass) before, and the policy's own.</summary>
    public double Passes => Extra + (IsSampled && !Last ? 1 + 1.0 / Every : Mode == GradientMode.LossesFirst ? 4.0 / 3 : 1);

    /// <param name="spec">Its weighting section.</param>
    /// <param name="tasks">Tasks that are trained.</param>
    /// <param name="parameters">Trained numbers.</param>
    /// <exception cref="InvalidInputException">The policy needs whole rows, and they do not fit.</exception>
    public static GradientPlan Of(WeightingSpec spec, int tasks, long parameters, long limit = RowLimit)
    {
        var policy = MethodCatalog.Get(MethodKind.Policy, spec.Name);
        var bytes = sizeof(float) * parameters * tasks;
        var fits = tasks == 1 || bytes <= limit;
        var extra = tasks == 1 ? 0 : policy.ExtraPasses / (policy.Parameters.Any(parameter => parameter.Name == "every") ? spec.Options.Integer(MethodKind.Policy, policy.Name, "every") : 1);
        if (!policy.NeedsEveryTask) return new(fits ? GradientMode.Whole : policy.NeedsStepLosses ? GradientMode.LossesFirst : GradientMode.Together, false, 1, 0, extra);
        var mode = tasks == 1 ? GradientMode.Whole : spec.Gradients switch
        {
            "layers" => GradientMode.Layers,
            "sketch" => GradientMode.Sketch,
            "whole" => GradientMode.Whole,
            _ => fits || policy.NeedsWholeGradients ? GradientMode.Whole : GradientMode.Sketch,
        };
        if (mode == GradientMode.Whole && !fits)
            throw new InvalidInputException("weighting.gradients",
                $"{policy.Title} would keep a gradient for each task: {tasks} × {parameters:#,0} numbers are {ByteText.Of(bytes)}, and at most {ByteText.Of(limit)} are kept. "
                + (policy.NeedsWholeGradients ? "Train fewer parameters (as LoRA does), or choose another policy" : "Set it to sketch or layers, or train fewer parameters (as LoRA does)"));
        var sampled = mode != GradientMode.Whole;
        return new(mode, sampled && spec.Direction == "last", spec.Every ?? 1, mode == GradientMode.Sketch ? Math.Min(spec.SketchSize ?? DefaultSketch, parameters) : 0, extra);
    }

    /// <summary>Gradients of all trained numbers that lie beside each other, the direction's own left out.</summary>
    public int Rows(int tasks) => Mode == GradientMode.Whole ? tasks : 1;

    /// <summary>Bytes beside the rows: the gradient of the task that runs, each task's sample, and a sketch's signs. Layers are taken to hold everything.</summary>
    public long SampleBytes(int tasks, long parameters) => Mode switch
    {
        GradientMode.Sketch => sizeof(float) * (parameters + tasks * SampleSize) + parameters,
        GradientMode.Layers => sizeof(float) * parameters * (1 + tasks),
        _ => 0,
    };

    /// <summary>In words, for the record.</summary>
    public string Describe() => Mode switch
    {
        GradientMode.Whole => "a row for each task",
        GradientMode.Together => "one row for all tasks",
        GradientMode.LossesFirst => "one row for all tasks, after a forward pass for their losses",
        _ => $"{(Mode == GradientMode.Sketch ? $"a sketch of {SampleSize:#,0} numbers for each task" : "chosen layers of each task")}, direction {(Last ? "by the coefficients of the weighing before" : "by a second backward pass")}",
    } + (Every > 1 ? $"; weighed every {Every} steps" : "");
}
