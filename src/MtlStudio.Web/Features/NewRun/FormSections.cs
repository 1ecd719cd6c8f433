using System.Globalization;
using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>A section of the form: its fields, and the one line of choices that it is collapsed to.</summary>
/// <param name="Key">In the page's address.</param>
/// <param name="Roots">First parts of the field paths that it owns.</param>
/// <param name="Main">Fields that are shown at once, in order; the section's other fields stand under "More".</param>
public sealed record FormSection(string Key, string Title, string[] Roots, string[] Main, Func<SpecDraft, FormLibrary, string> Summary)
{
    /// <summary>Fields shown at once.</summary>
    public IReadOnlyList<ParameterDescriptor> Shown { get; } = [.. Main.Select(name => SpecFields.All.Single(field => field.Name == name))];

    /// <summary>Fields that are rarely changed.</summary>
    public IReadOnlyList<ParameterDescriptor> More { get; } =
        [.. SpecFields.All.Where(field => FormSections.IsInForm(field) && !field.Name.StartsWith("tasks[]", StringComparison.Ordinal) && Roots.Contains(FormSections.RootOf(field.Name)) && !Main.Contains(field.Name))];

    /// <summary>True where the path, as <c>tasks[1].share</c>, belongs to the section.</summary>
    public bool Owns(string path) => Roots.Contains(FormSections.RootOf(path));

    /// <summary>Faults under the section's fields.</summary>
    public int Faults(SpecDraft draft) => draft.Errors.Keys.Count(Owns);
}

/// <summary>The form's six sections; together they own every field of a spec but its name.</summary>
public static class FormSections
{
    public const string Tasks = "tasks", Device = "device";

    /// <summary>Fields that no section shows: the name stands above them, version and baseline are the studio's own.</summary>
    private static readonly string[] Elsewhere = ["version", "name", "baseline"];

    public static IReadOnlyList<FormSection> All { get; } =
    [
        new("model", "Model", ["model"], ["model.path"], ModelLine),
        new(Tasks, "Tasks & mix", ["tasks"], [], TasksLine),
        new("weighting", "Weighting & sampler", ["weighting", "sampler", "curriculum"], ["weighting", "sampler", "curriculum"],
            (draft, _) => $"{MethodLine(draft, "weighting", MethodKind.Policy)}{(Value(draft, "weighting.normalize") == "true" ? " · normalize scale" : "")} · drawn: {MethodLine(draft, "sampler", MethodKind.Sampler)}"),
        new("tuning", "Fine-tuning", ["peft", "optimizer", "schedule", "regularization"], ["peft", "optimizer", "schedule"],
            (draft, _) => $"{MethodLine(draft, "peft", MethodKind.Peft)} · {MethodLine(draft, "optimizer", MethodKind.Optimizer)} · {MethodLine(draft, "schedule", MethodKind.Schedule)}"),
        new("training", "Training & evaluation", ["training", "evaluation", "checkpoints"],
            ["training.steps", "training.microBatch", "training.accumulation", "training.maxLength", "evaluation.every", "evaluation.examples", "checkpoints.every"], TrainingLine),
        new(Device, "Device & telemetry", Remaining(), ["device.kind", "device.threads", "seed", "tags", "note"],
            (draft, _) => $"{Value(draft, "device.kind")} · seed {Value(draft, "seed")} · gradients every {Value(draft, "telemetry.gradientEvery")} steps"),
    ];

    /// <summary>The section that a fault's path belongs to; null where it is of the whole.</summary>
    public static FormSection? OwnerOf(string path) => All.FirstOrDefault(section => section.Owns(path));

    internal static string RootOf(string path) => path.Split('.', '[')[0];

    internal static bool IsInForm(ParameterDescriptor field) => !Elsewhere.Contains(RootOf(field.Name));

    // A field that is new to the spec has a place at once.
    private static string[] Remaining()
    {
        string[] others = ["model", "tasks", "weighting", "sampler", "curriculum", "peft", "optimizer", "schedule", "regularization", "training", "evaluation", "checkpoints"];
        return [.. SpecFields.All.Select(field => RootOf(field.Name)).Distinct().Except(others).Except(Elsewhere)];
    }

    private static string ModelLine(SpecDraft draft, FormLibrary library)
    {
        var reference = Value(draft, "model.path");
        return library.Model(reference) is { } model ? $"{model.Name} · {model.Facts}" : reference.Length > 0 && reference != "–" ? reference : "choose a model";
    }

    private static string TasksLine(SpecDraft draft, FormLibrary library)
    {
        if (draft.TaskCount == 0) return "add tasks";
        var names = Enumerable.Range(0, draft.TaskCount).Select(i => draft.Get($"tasks[{i}].name")?.ToString() ?? "–").ToList();
        return $"{draft.TaskCount} {(draft.TaskCount == 1 ? "task" : "tasks")}: {string.Join(", ", names.Take(6))}{(names.Count > 6 ? $" and {names.Count - 6} more" : "")}";
    }

    private static string TrainingLine(SpecDraft draft, FormLibrary library)
    {
        var accumulation = Value(draft, "training.accumulation");
        var batches = accumulation == "0" ? draft.TaskCount.ToString(CultureInfo.InvariantCulture) : accumulation;
        return $"{Value(draft, "training.steps")} steps of {batches} × {Value(draft, "training.microBatch")} examples · evaluated {Every(Value(draft, "evaluation.every"))} on {Value(draft, "evaluation.examples")} a task · checkpoint {Every(Value(draft, "checkpoints.every"))}";
    }

    private static string Every(string steps) => steps == "0" ? "at the end" : $"every {steps}";

    /// <summary>The method's title with the options that differ from its defaults: "LoRA rank 4".</summary>
    private static string MethodLine(SpecDraft draft, string path, MethodKind kind)
    {
        if (draft.Get(path + ".name") is not JsonValue value || !value.TryGetValue<string>(out var name)) return "–";
        if (MethodCatalog.Find(kind, name) is not { } method) return name;
        var options = (draft.Get(path + ".options") as JsonObject ?? []).Where(option => option.Value is not null)
            .Select(option => OptionLine(method, option.Key, option.Value!)).ToList();
        return options.Count == 0 ? method.Title : $"{method.Title} {string.Join(", ", options.Take(3))}";
    }

    private static string OptionLine(MethodDescriptor method, string option, JsonNode value)
    {
        var title = method.Parameters.FirstOrDefault(parameter => parameter.Name == option)?.Title ?? option;
        return title == method.Title ? Short(value) : $"{title.ToLowerInvariant()} {Short(value)}";
    }

    private static string Short(JsonNode value) => value switch
    {
        JsonArray list => list.Count.ToString(CultureInfo.InvariantCulture),
        _ when value.ToString() is var text && text.Length > 20 => text[..19] + "…",
        _ => value.ToString(),
    };

    /// <summary>The field's value, or its default, as text.</summary>
    internal static string Value(SpecDraft draft, string path) =>
        (draft.Get(path)?.ToString() ?? Convert.ToString(SpecFields.All.Single(field => field.Name == path).Default, CultureInfo.InvariantCulture)) is { Length: > 0 } text ? text : "–";
}
