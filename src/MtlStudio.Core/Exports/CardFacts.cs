using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Exports;

/// <summary>The forms in which a checkpoint leaves the studio.</summary>
public static class ExportForms
{
    /// <summary>A PEFT adapter: adapter_config.json and adapter_model.safetensors.</summary>
    public const string Adapter = "adapter";
    /// <summary>The base model with the adapter worked into its weights.</summary>
    public const string Merged = "merged";
    /// <summary>A fully fine-tuned model.</summary>
    public const string Full = "full";

    /// <summary>Whether what a run trains can be worked into the base model's weights: not what stands between layers, before the tokens, or is chosen by a router.</summary>
    public static bool CanMerge(RunSpec spec) => spec.Peft.Name is not ("full" or "bottleneck" or "prefix" or "prompt" or "p-tuning" or "hydra-lora" or "mo-lora");

    /// <summary>Whether parts of what a run trains are private to tasks: a merged model is then one task's.</summary>
    public static bool HasTaskParts(RunSpec spec) => spec.Peft.Name == "mtl-lora" || (spec.Peft.Options.TryGetValue("sharing", out var sharing) && sharing.ToString() != "shared");

    /// <summary>Whether PEFT loads the adapter; the others are in a layout of this program's own.</summary>
    public static bool IsPeft(RunSpec spec) => spec.Peft.Name is not ("bottleneck" or "bitfit" or "layers" or "mtl-lora" or "hydra-lora" or "mo-lora");

    /// <summary>What a run's fine-tuning gives; a full one is a whole model whether merged or not.</summary>
    public static string Of(RunSpec spec, bool merged) => spec.Peft.Name == "full" ? Full : merged ? Merged : Adapter;
}

/// <summary>What a model card is written from: all that is known of one checkpoint of one run.</summary>
public sealed record CardFacts
{
    public required RunSpec Spec { get; init; }
    public required int Step { get; init; }
    /// <summary>One of <see cref="ExportForms"/>.</summary>
    public required string Form { get; init; }
    /// <summary>What the base model is called.</summary>
    public required string BaseModel { get; init; }
    public long Parameters { get; init; }
    public long TrainableParameters { get; init; }
    public IReadOnlyList<CardTask> Tasks { get; init; } = [];
    /// <summary>Versions, hashes, threads and hardware of the training.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>One task as a model card tells of it; scores in the metric's own unit.</summary>
/// <param name="Data">What its data is called.</param>
/// <param name="PlannedShare">Share of the examples drawn, 0 to 1.</param>
/// <param name="Unit">Of the metric: "fraction", "points" or "".</param>
/// <param name="Untuned">The untuned model's score on validation.</param>
/// <param name="Test">On the test split; null: this checkpoint was not scored there.</param>
public sealed record CardTask(
    string Name, string Kind, string Data, int TrainExamples, int Dropped, double PlannedShare, double LossWeight, string Prompt,
    string Metric, string Unit, bool HigherIsBetter, double? Untuned, double? Validation, int ValidationExamples, double? Test, int TestExamples)
{
    /// <summary>What the score stands beside, where somebody knows one.</summary>
    public CardReference? Reference { get; init; }
}

/// <summary>A score that a task's own stands beside, on the same split.</summary>
/// <param name="Split">"validation" or "test".</param>
/// <param name="Source">What it is, as "single-task baseline, run 44, step 550".</param>
public sealed record CardReference(string Task, string Split, double Value, string Source);
