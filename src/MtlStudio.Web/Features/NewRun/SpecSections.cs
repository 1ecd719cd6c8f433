using System.Text.Json.Nodes;
using MtlStudio.Core.Catalog;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>A section of the form: its fields, and the one line it is collapsed to.</summary>
/// <param name="Of">Sections of <see cref="SpecFields"/> that it shows.</param>
public sealed record SpecSection(string Title, string[] Of, Func<SpecDraft, string> Summary)
{
    /// <summary>Its fields that are not of a task.</summary>
    public IReadOnlyList<ParameterDescriptor> Fields { get; } =
        [.. SpecFields.All.Where(field => Of.Contains(field.Section) && !field.Name.StartsWith("tasks[]", StringComparison.Ordinal) && field.Name != "version")];

    /// <summary>True where a fault stands under one of its fields.</summary>
    public bool HasError(SpecDraft draft) => draft.Errors.Keys.Any(path => Owns(path));

    private bool Owns(string path) => Of.Contains("Tasks") && path.StartsWith("tasks", StringComparison.Ordinal)
        || Fields.Any(field => path == field.Name || path.StartsWith(field.Name + ".", StringComparison.Ordinal));
}

/// <summary>The form's six sections.</summary>
public static class SpecSections
{
    public static IReadOnlyList<SpecSection> All { get; } =
    [
        new("Model and adapter", ["Model", "Adapter"], draft => $"{Method(draft, "peft", MethodKind.Peft)}{Option(draft, "peft", "rank", " rank {0}")}"),
        new("Tasks and mix", ["Tasks", "Mix"], draft => $"{draft.TaskCount} {(draft.TaskCount == 1 ? "task" : "tasks")} · drawn {Method(draft, "sampler", MethodKind.Sampler).ToLowerInvariant()}"),
        new("Weighting policy", ["Weighting"], draft => Method(draft, "weighting", MethodKind.Policy) + (draft.Get("weighting.normalize")?.ToString() == "true" ? " · normalize scale" : "")),
        new("Training", ["Training"], draft => $"{Value(draft, "training.steps")} steps · {Value(draft, "training.microBatch")} examples a micro-batch · {Method(draft, "schedule", MethodKind.Schedule).ToLowerInvariant()}"),
        new("Evaluation and checkpoints", ["Evaluation", "Checkpoints"], draft => $"every {Value(draft, "evaluation.every")} steps on {Value(draft, "evaluation.examples")} examples a task"),
        new("Device, telemetry and notes", ["Device", "Telemetry", "General"], draft => $"{Value(draft, "device.kind")} · seed {Value(draft, "seed")}"),
    ];

    private static string Method(SpecDraft draft, string path, MethodKind kind) =>
        draft.Get(path + ".name") is JsonValue value && value.TryGetValue<string>(out var name) ? MethodCatalog.Find(kind, name)?.Title ?? name : "–";

    private static string Option(SpecDraft draft, string path, string option, string format) =>
        draft.Get($"{path}.options.{option}") is { } value ? string.Format(format, value) : "";

    private static string Value(SpecDraft draft, string path) =>
        (draft.Get(path) ?? (JsonNode?)Convert.ToString(SpecFields.All.Single(field => field.Name == path).Default, System.Globalization.CultureInfo.InvariantCulture))?.ToString() ?? "–";
}
