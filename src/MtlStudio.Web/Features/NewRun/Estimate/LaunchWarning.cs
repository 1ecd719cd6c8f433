using System.Text.Json.Nodes;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>Something in a sound spec that its writer may not have meant, with the change that would mend it.</summary>
/// <param name="Press">What the press that mends it is called; null: there is none.</param>
/// <param name="Change">What the press changes.</param>
public sealed record LaunchWarning(string Message, string? Press = null, FieldChange? Change = null)
{
    /// <summary>Where what it speaks of is seen, and what the link is called; null: there is no such page.</summary>
    public (string Href, string Title)? Link { get; init; }

    /// <summary>The form's section that the press opens, where it changes nothing.</summary>
    public string? Section { get; init; }

    /// <summary>Room for examples is offered in steps of so many tokens, and for all of them up to so many: beyond, one long text would cost all others memory.</summary>
    private const int RoomStep = 32, RoomForAll = 1024;
    /// <summary>More passes over a task's examples than this are worth a word.</summary>
    private const double ManyPasses = 10;

    /// <param name="estimate">Null where it cannot be told.</param>
    /// <param name="memory">Bytes that the device has; null where that is not known.</param>
    /// <param name="kinds">Kinds of device that the studio has.</param>
    public static IReadOnlyList<LaunchWarning> Of(RunSpec spec, RunEstimate? estimate, long? memory, IReadOnlyCollection<string> kinds) =>
        [.. Place(spec, kinds), .. Mix(spec), .. Size(estimate, memory), .. Schedule(spec)];

    /// <summary>Of a task whose held-out examples are trained on as well.</summary>
    public static IEnumerable<LaunchWarning> Of(string task, IReadOnlyList<SplitOverlap> overlaps) => overlaps.Where(split => split.Shared > 0)
        .Select(split => new LaunchWarning($"{task}: {Charts.Format.Count(split.Shared)} of {Charts.Format.Count(split.Rows)} {split.Split} examples have a prompt that is trained on, too.") { Link = ($"/data/tasks?q={Uri.EscapeDataString(task)}", "See which") });

    /// <summary>Of tasks whose training examples are longer than the longest that is trained on.</summary>
    /// <param name="counts">Of each task's training split, at the spec's longest example.</param>
    /// <param name="maxLength">training.maxLength.</param>
    /// <param name="context">Tokens that the model can attend to; 0: not known.</param>
    public static IEnumerable<LaunchWarning> OfCut(IReadOnlyList<(string Task, TokenCounts Counts)> counts, int maxLength, int context)
    {
        var cut = counts.Where(pair => pair.Counts.LongestLength > maxLength).ToList();
        if (cut.Count == 0) yield break;
        var room = cut.Max(pair => pair.Counts.LongestLength <= RoomForAll ? pair.Counts.LongestLength : pair.Counts.Length95);
        room = (Math.Max(room, maxLength) + RoomStep - 1) / RoomStep * RoomStep;
        if (context > 0) room = Math.Min(room, context);
        yield return new($"Longer than {Charts.Format.Count(maxLength)} tokens, and cut there: {string.Join("; ", cut.Select(pair => Told(pair.Task, pair.Counts)))}.{(room > maxLength ? "" : " The model reads no more.")}",
            room > maxLength ? $"Train on up to {Charts.Format.Count(room)} tokens" : null, room > maxLength ? new("training.maxLength", JsonValue.Create(room)) : null);
    }

    private static string Told(string task, TokenCounts counts)
    {
        var (part, whole) = (counts.PromptCut + counts.AnswerCut + counts.Dropped, counts.Counted);
        return $"{task} {Charts.Format.Share((double)Math.Min(part, whole) / Math.Max(1, whole))} of the training examples{(counts.Dropped > 0 ? $" ({Charts.Format.Share((double)counts.Dropped / whole)} lose their whole answer and are left out)" : "")}, the longest has {Charts.Format.Count(counts.LongestLength)}";
    }

    private static IEnumerable<LaunchWarning> Place(RunSpec spec, IReadOnlyCollection<string> kinds)
    {
        if (!kinds.Contains(spec.Device.Kind))
            yield return new($"The studio has no {spec.Device.Kind} device: the run would wait until it has one.", "Train on the CPU", new("device.kind", JsonValue.Create("cpu")));
    }

    private static IEnumerable<LaunchWarning> Mix(RunSpec spec)
    {
        var shares = spec.Tasks.Select(task => task.Share).Distinct().Count() > 1;
        var weights = spec.Tasks.Select(task => task.LossWeight).Distinct().Count() > 1;
        if (shares && spec.Sampler.Name != "explicit")
            yield return new("The tasks' shares differ, but only the explicit sampler draws by them.", "Draw by shares", new("sampler", Method("explicit")));
        if (weights && spec.Weighting.Name != "fixed")
            yield return new("The tasks' loss weights differ, but only the fixed policy counts by them.", "Count by loss weights", new("weighting.name", JsonValue.Create("fixed")));
        if (shares && weights && spec.Sampler.Name == "explicit" && spec.Weighting.Name == "fixed")
            yield return new("Shares and loss weights multiply: 2 : 1 in both is 4 : 1 in effect.");
        foreach (var task in spec.Tasks.Where(task => task.Role == "target" && task.Share == 0 && spec.Sampler.Name == "explicit"))
            yield return new($"{task.Name} has share 0: it is scored and never trained, and it can have no baseline.");
        if (spec.Tasks.Count == 1) yield return new("One task alone: there is nothing to balance, and no baseline to hold it against.", "Add a task") { Section = "tasks" };
    }

    private static IEnumerable<LaunchWarning> Size(RunEstimate? estimate, long? memory)
    {
        if (estimate is null) yield break;
        if (memory is { } has && estimate.Memory.Bytes > has)
            yield return new($"It takes about {Charts.Format.Bytes(estimate.Memory.Bytes)} and the device has {Charts.Format.Bytes(has)}: take a smaller micro-batch, shorter examples or an adapter.");
        if (estimate.Tasks.MaxBy(task => task.Passes) is { Passes: > ManyPasses } repeated)
            yield return new($"{repeated.Task} is passed over {Charts.Format.Passes(repeated.Passes)} times: watch its gap between training and validation loss.");
    }

    private static IEnumerable<LaunchWarning> Schedule(RunSpec spec)
    {
        if (spec.Evaluation.Every > spec.Training.Steps)
            yield return new($"It is evaluated every {spec.Evaluation.Every:#,0} steps and has {spec.Training.Steps:#,0}: only before the first and after the last.");
        if (spec.Checkpoints.KeepBest && spec.Checkpoints.Every > 0 && spec.Evaluation.Every > 0 && spec.Checkpoints.Every % spec.Evaluation.Every != 0 && spec.Evaluation.Every % spec.Checkpoints.Every != 0)
            yield return new($"Checkpoints (every {spec.Checkpoints.Every:#,0} steps) and evaluations (every {spec.Evaluation.Every:#,0}) seldom meet: the best checkpoint is chosen among those that do.",
                "Save at every evaluation", new("checkpoints.every", JsonValue.Create(spec.Evaluation.Every)));
    }

    private static JsonObject Method(string name) => new() { ["name"] = name };
}
