using System.Text.Json;
using System.Text.Json.Nodes;

namespace MtlStudio.Core.Runs;

/// <summary>
/// Describes one run wholly: one training of one model on one mix under one policy and seed. Versioned and additive
/// only: a field is never renamed, removed or given another meaning. Ranges, defaults and help of every field stand in
/// <see cref="Catalog.SpecFields"/>. References are content hashes ("sha256:…") under the data folder, or paths
/// relative to the folder of the spec's file.
/// </summary>
public sealed record RunSpec
{
    /// <summary>The newest version this program writes and the highest it reads.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;
    public string Name { get; init; } = "";
    public string? Note { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public long Seed { get; init; } = 1;
    public ModelRef Model { get; init; } = new();
    public IReadOnlyList<TaskSpec> Tasks { get; init; } = [];
    public MethodChoice Sampler { get; init; } = new("proportional");
    public MethodChoice Curriculum { get; init; } = new("none");
    public WeightingSpec Weighting { get; init; } = new();
    public MethodChoice Peft { get; init; } = new("lora");
    public MethodChoice Optimizer { get; init; } = new("adamw");
    public MethodChoice Schedule { get; init; } = new("cosine");
    public TrainingSpec Training { get; init; } = new();
    public RegularizationSpec Regularization { get; init; } = new();
    public EvaluationSpec Evaluation { get; init; } = new();
    public CheckpointSpec Checkpoints { get; init; } = new();
    public TelemetrySpec Telemetry { get; init; } = new();
    public DeviceSpec Device { get; init; } = new();
    /// <summary>Set where this run is the single-task baseline of one task of a mix; the training is that of the mix with the other tasks' micro-batches skipped.</summary>
    public BaselineSpec? Baseline { get; init; }
}

/// <summary>The checkpoint folder (Hugging Face layout) a run starts from.</summary>
public sealed record ModelRef
{
    /// <summary>"sha256:…" of a model under the data folder, or a folder's path relative to the spec.</summary>
    public string Path { get; init; } = "";
    /// <summary>A PEFT adapter folder to start from, or null.</summary>
    public string? Adapter { get; init; }
    /// <summary>How the frozen weights are kept: "none" (as they are), "nf4", "nf4-double" or "int8".</summary>
    public string Quantize { get; init; } = "none";
}

/// <summary>One task: data, template, kind, metrics, role, share and loss weight.</summary>
public sealed record TaskSpec
{
    public string Name { get; init; } = "";
    /// <summary>
    /// "generation" (answers with text), "classification" (scored by the likelihood of each label's words), "multiple-choice"
    /// (scored by the likelihood of each of the row's own choices) or "language-modeling" (scored by the likelihood of the text itself);
    /// or, by an output head of the task's own: "classification-head" (one label), "multi-label" (any number of them), "regression" (a number)
    /// or "token-tagging" (a tag for each word).
    /// </summary>
    public string Kind { get; init; } = "generation";
    public DataRef Data { get; init; } = new();
    public TemplateSpec Template { get; init; } = new();
    /// <summary>
    /// The label words of a classification task, in their order; empty: those of the training split, in order of code point.
    /// A label stands where the answer template has its one column: with the answer " {label}" the label "good" is scored
    /// by the likelihood of " good". Of a head: its outputs, in their order.
    /// </summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
    /// <summary>Templates of a multiple choice's choices; or one whose only column is a list, whose items are the choices.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
    /// <summary>What the answer template's text says of the right choice: "text" (the choice itself), "index" (from 0), "number" (from 1) or "letter" (from A).</summary>
    public string AnswerIs { get; init; } = "text";
    /// <summary>What a head reads of an example: "last" (the hidden state of its last token) or "mean" (that of all its tokens). Taggers read every word.</summary>
    public string Pooling { get; init; } = "last";
    /// <summary>What stands between the labels of a multi-label task where they are given as text; a list's items need none.</summary>
    public string LabelSeparator { get; init; } = ",";
    /// <summary>The probability from which on a multi-label head gives a label.</summary>
    public double Threshold { get; init; } = 0.5;
    /// <summary>The ends of a regression's scale: the head then learns (y − minimum) / (maximum − minimum), and answers within them; null (both): the numbers themselves.</summary>
    public double? Minimum { get; init; }
    public double? Maximum { get; init; }
    /// <summary>Catalog names of the metrics; empty: the kind's own.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];
    /// <summary>The metric that stands for the task; null: the first of <see cref="Metrics"/>.</summary>
    public string? PrimaryMetric { get; init; }
    /// <summary>"target" (counts for the score) or "auxiliary" (for training only).</summary>
    public string Role { get; init; } = "target";
    /// <summary>How often the task is drawn under the explicit sampler (relative); ignored by the others.</summary>
    public double Share { get; init; } = 1;
    /// <summary>The step (from 0) from which on the task is drawn.</summary>
    public int StartStep { get; init; }
    /// <summary>The step before which the task is drawn; null: to the end.</summary>
    public int? EndStep { get; init; }
    /// <summary>A column of numbers that a curriculum goes by, small where an example is easy; null: the curriculum's measure.</summary>
    public string? Difficulty { get; init; }
    /// <summary>"label", "length" or a column whose values each stretch of an epoch holds in the proportions of the whole; null: none.</summary>
    public string? Stratify { get; init; }
    /// <summary>Draws every value of <see cref="Stratify"/> equally often.</summary>
    public bool Balance { get; init; }
    /// <summary>How much the task's loss counts under the fixed policy (relative).</summary>
    public double LossWeight { get; init; } = 1;
    /// <summary>Trains the prompt's tokens as well as the answer's.</summary>
    public bool TrainPrompt { get; init; }
    /// <summary>The task's own hidden dropout in place of <see cref="RegularizationSpec.HiddenDropout"/>; null: the run's.</summary>
    public double? Dropout { get; init; }
    /// <summary>A token's loss beyond this takes no part in training, in nats; null: none is cut.</summary>
    public double? LossCap { get; init; }
    public int MaxNewTokens { get; init; } = 64;
    /// <summary>Tasks of one group share what is private to groups (an adapter's sharing); null: the task stands alone.</summary>
    public string? Group { get; init; }
    /// <summary>Differences of the primary metric below this do not matter, in points (hundredths of a fraction); null: the studio's setting.</summary>
    public double? SmallestDifference { get; init; }
}

/// <summary>Where a task's examples come from: a dataset version, or files.</summary>
public sealed record DataRef
{
    /// <summary>"sha256:…" of a dataset version under the data folder, or a dataset folder's path relative to the spec.</summary>
    public string? Dataset { get; init; }
    /// <summary>Files relative to the spec, instead of <see cref="Dataset"/>.</summary>
    public string? Train { get; init; }
    public string? Validation { get; init; }
    public string? Test { get; init; }
    /// <summary>At most so many training examples (the first of a seeded order); null: all.</summary>
    public int? Limit { get; init; }
}

/// <summary>
/// How an example becomes text: <c>{column}</c> is replaced by the row's value, <c>{{</c> and <c>}}</c> are braces.
/// The prompt is masked from the loss; the answer, and the end-of-text token after it, is what is trained.
/// </summary>
public sealed record TemplateSpec
{
    public string Prompt { get; init; } = "";
    public string Answer { get; init; } = "";
    /// <summary>What a classification's raw column values are called in the answer, as "0" → "negative"; empty: themselves.</summary>
    public IReadOnlyDictionary<string, string> LabelWords { get; init; } = new Dictionary<string, string>();
}

/// <summary>A catalog method by name, with the options that differ from its defaults.</summary>
public sealed record MethodChoice
{
    public MethodChoice() { }
    public MethodChoice(string name) => Name = name;
    public string Name { get; init; } = "";
    public IReadOnlyDictionary<string, JsonElement> Options { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>The weighting policy and what is said of it beside its own options.</summary>
public sealed record WeightingSpec
{
    public string Name { get; init; } = "equal";
    public IReadOnlyDictionary<string, JsonElement> Options { get; init; } = new Dictionary<string, JsonElement>();
    /// <summary>Divides the combined gradient by the policy's nominal constant, before clipping.</summary>
    public bool Normalize { get; init; }
    /// <summary>Lets a gradient policy act on the tasks present where a step lacks some.</summary>
    public bool AllowSubset { get; init; }
    /// <summary>Training examples of each task set aside where the policy reads held-out loss; null: 64.</summary>
    public int? PolicyExamples { get; init; }
    /// <summary>Steps between two weighings of a gradient policy, which keeps its coefficients meanwhile; null: 1.</summary>
    public int? Every { get; init; }
    /// <summary>"auto", "whole", "layers" or "sketch": what is kept of each task's gradient; null: auto, whole rows where they fit and a sketch where not.</summary>
    public string? Gradients { get; init; }
    /// <summary>The layers that "layers" keeps, as "0-3,7"; null: all.</summary>
    public string? Layers { get; init; }
    /// <summary>Numbers that "sketch" keeps of each gradient; null: 65,536.</summary>
    public int? SketchSize { get; init; }
    /// <summary>"backward" or "last": whence the direction comes where rows are not whole; null: backward.</summary>
    public string? Direction { get; init; }
    /// <summary>The run whose token losses are taken off this run's before a policy sees them: "run:12" of the same studio, or a run folder's path relative to the spec; null: none.</summary>
    public string? Reference { get; init; }
    public MethodChoice AsMethod() => new(Name) { Options = Options };
}

public sealed record TrainingSpec
{
    public int Steps { get; init; } = 300;
    /// <summary>Examples in a micro-batch; each micro-batch is of one task.</summary>
    public int MicroBatch { get; init; } = 8;
    /// <summary>Micro-batches in an optimizer step; 0: as many as there are tasks.</summary>
    public int Accumulation { get; init; }
    /// <summary>Tokens an example may have, prompt and answer together; a longer prompt is cut from its left, a longer answer from its right.</summary>
    public int MaxLength { get; init; } = 256;
    /// <summary>"token", "sample", "task-token" or "task-sample"; null: the policy's default.</summary>
    public string? LossMode { get; init; }
    /// <summary>"steps", "first-exhausted" or "all-exhausted": ends the run earlier, once a task, or every task, has drawn as many examples as it has.</summary>
    public string Until { get; init; } = "steps";
    /// <summary>"plain", "by-length" or "packed": how a micro-batch's examples are chosen and laid in rows.</summary>
    public string Batching { get; init; } = "plain";
    /// <summary>Largest gradient norm; 0: no clipping.</summary>
    public double ClipNorm { get; init; } = 1;
    /// <summary>Largest magnitude of an element of the combined gradient, after <see cref="ClipNorm"/>; 0: no clipping.</summary>
    public double ClipValue { get; init; }
    /// <summary>Largest norm of one task's gradient, before the policy sees it; 0: no clipping.</summary>
    public double ClipTaskNorm { get; init; }
    /// <summary>"fp32", or "bf16": the model is computed in bfloat16, with float32 masters of what is trained, its gradients and its optimizer.</summary>
    public string Precision { get; init; } = "fp32";
    /// <summary>"none", "alternate" or "all": the layers that keep their input alone for the backward pass, and are computed again in it.</summary>
    public string ActivationCheckpointing { get; init; } = "none";
    /// <summary>"stop", "skip", "continue" or "clip" when a loss or gradient is not finite.</summary>
    public string OnNonFinite { get; init; } = "stop";
}

public sealed record EvaluationSpec
{
    /// <summary>Steps between evaluations; one is made at step 0 and after the last step too. 0: at those two only.</summary>
    public int Every { get; init; } = 50;
    /// <summary>Validation examples per task, the same ones at each evaluation; 0: all.</summary>
    public int Examples { get; init; } = 64;
    /// <summary>Examples per task whose output is kept at every evaluation.</summary>
    public int Samples { get; init; } = 8;
    public DecodingSpec Decoding { get; init; } = new();
    /// <summary>Scores the test split after the last step, with the best checkpoint by unified score, and (but for baselines) the untuned model's before the first.</summary>
    public bool Test { get; init; } = true;
    /// <summary>Test examples per task whose output is kept.</summary>
    public int TestSamples { get; init; } = 200;
    /// <summary>Keeps the loss of each token of each training example under the best checkpoint, after the last step: what <see cref="WeightingSpec.Reference"/> reads.</summary>
    public bool TrainLosses { get; init; }
}

public sealed record DecodingSpec
{
    /// <summary>"greedy" or "sample".</summary>
    public string Method { get; init; } = "greedy";
    public double Temperature { get; init; } = 1;
    public int TopK { get; init; }
    public double TopP { get; init; } = 1;
}

public sealed record CheckpointSpec
{
    /// <summary>Steps between checkpoints; one is made after the last step too. 0: at that one only.</summary>
    public int Every { get; init; } = 50;
    public int KeepLast { get; init; } = 2;
    /// <summary>Keeps the best by each task's primary metric and by the unified score as well.</summary>
    public bool KeepBest { get; init; } = true;
}

public sealed record TelemetrySpec
{
    /// <summary>Steps between records of gradient norms and pairwise cosines, whole and by layer; 0: never.</summary>
    public int GradientEvery { get; init; } = 10;
    /// <summary>Steps between trials of a step along one task's gradient alone, which show whom it costs; 0: never.</summary>
    public int PaysEvery { get; init; } = 50;
    /// <summary>Seconds between records of memory and load; 0: never.</summary>
    public double SystemEverySeconds { get; init; } = 5;
}

public sealed record DeviceSpec
{
    /// <summary>"cpu" or "cuda"; the supervisor says which of them by its lease.</summary>
    public string Kind { get; init; } = "cpu";
    /// <summary>Threads of a CPU run; 0: those of the lease, or all cores. Bits depend on it, so the run records it.</summary>
    public int Threads { get; init; }
}

public sealed record BaselineSpec
{
    /// <summary>The task of the mix that this baseline answers for; the spec keeps all tasks, so that the draws are the mix's own.</summary>
    public string Task { get; init; } = "";
    /// <summary>True where the mix's policy wanted every task in each step: the draws of the steps follow that rule, though the baseline itself weighs nothing.</summary>
    public bool EveryTask { get; init; }
    /// <summary>Training examples that the mix's policy set aside of each task: the baseline does not train on them either. Null: none.</summary>
    public int? PolicyExamples { get; init; }
}
