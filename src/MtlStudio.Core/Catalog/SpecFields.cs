namespace MtlStudio.Core.Catalog;

/// <summary>
/// Every field of a <see cref="Runs.RunSpec"/>: type, range, default, unit and help, once. A path's "[]" stands for each
/// entry of a list. Cross-field rules stand in <see cref="RunSpecValidator"/>.
/// </summary>
public static class SpecFields
{
    public static IReadOnlyList<ParameterDescriptor> All { get; } =
    [
        Integer("version", "General", "Version", "The spec's format.", 1, 1, Runs.RunSpec.CurrentVersion),
        Text("name", "General", "Name", "What the run is called in lists.", 200),
        Text("note", "General", "Note", "Anything worth keeping beside the run.", 20_000),
        List("tags", "General", "Tags", "Words to find the run by.", 50),
        Integer("seed", "General", "Seed", "Fixes every random draw: two runs of one spec on one machine are equal bit for bit.", 1, 0, long.MaxValue / 2),

        Text("model.path", "Model", "Model", "Folder in Hugging Face layout: sha256:… of an imported model, or a path relative to the spec.", 4096, required: true),
        Choice("model.quantize", "Model", "Frozen weights", "Keeps the linear layers' frozen weights in 4 or 8 bits: a fraction of the memory, a slower step, and a little is lost. Embeddings, norms and head stay as they are.", "none", "none", "nf4", "nf4-double", "int8"),
        Text("model.adapter", "Model", "Adapter", "A PEFT adapter folder to start from; empty: none.", 4096),

        Text("tasks[].name", "Tasks", "Name", "Letters, digits, '.', '_' and '-', at most 64.", 64, required: true),
        Choice("tasks[].kind", "Tasks", "Kind", "Generation answers with text; classification is scored by the likelihood of each label's words, multiple choice by that of each of the row's own choices, language modeling by that of the text itself. The other kinds answer by an output head of the task's own: one label, several labels, a number, or a tag for each word.", "generation", [.. Runs.TaskKinds.All]),
        Text("tasks[].data.dataset", "Tasks", "Dataset", "sha256:… of a dataset version, or a dataset folder relative to the spec.", 4096),
        Text("tasks[].data.train", "Tasks", "Training file", "Instead of a dataset: a file relative to the spec.", 4096),
        Text("tasks[].data.validation", "Tasks", "Validation file", "A file relative to the spec.", 4096),
        Text("tasks[].data.test", "Tasks", "Test file", "A file relative to the spec.", 4096),
        Integer("tasks[].data.limit", "Tasks", "Training examples", "At most so many training examples, the first of a seeded order; empty: all.", null, 1, int.MaxValue),
        Text("tasks[].template.prompt", "Tasks", "Prompt", "What the model reads; {column} is the row's value.", 100_000),
        Text("tasks[].template.answer", "Tasks", "Answer", "What the model shall write after the prompt; {column} is the row's value.", 100_000, required: true),
        Map("tasks[].template.labelWords", "Tasks", "Label words", "What raw values of the answer are called, as 0: negative.", 10_000),
        List("tasks[].labels", "Tasks", "Labels", "The labels of a classification or tagger, in order; empty: those of the training data.", 10_000),
        List("tasks[].choices", "Tasks", "Choices", "The choices of a multiple choice, each a template, as {choice1}; or one that names a column of lists.", 100),
        Choice("tasks[].answerIs", "Tasks", "The answer is", "What the answer says of the right choice: its text, its index from 0, its number from 1, or its letter.", "text", "text", "index", "number", "letter"),
        Choice("tasks[].pooling", "Tasks", "Head reads", "The hidden state of an example's last token, or the mean of all; taggers read every word.", "last", "last", "mean"),
        Text("tasks[].labelSeparator", "Tasks", "Between labels", "What stands between several labels where the data gives them as text, as in \"joy,relief\"; lists need none.", 10) with { Default = "," },
        Number("tasks[].threshold", "Tasks", "Threshold", "The probability from which on a head for several labels gives a label: lower finds more, higher is surer.", 0.5, 0, 1, minExclusive: true, maxExclusive: true),
        Field("tasks[].minimum", "Tasks", "Lowest value", "The low end of a regression's scale; with both ends the head learns 0 to 1 and answers within them; empty: the numbers themselves.", ParameterType.Number) with { Min = -1e12, Max = 1e12 },
        Field("tasks[].maximum", "Tasks", "Highest value", "The high end of a regression's scale; empty: the numbers themselves.", ParameterType.Number) with { Min = -1e12, Max = 1e12 },
        List("tasks[].metrics", "Tasks", "Metrics", "Catalog names; empty: the kind's own.", 32),
        Text("tasks[].primaryMetric", "Tasks", "Primary metric", "The metric that stands for the task; empty: the first.", 64),
        Choice("tasks[].role", "Tasks", "Role", "Auxiliary tasks count for training, not for the score.", "target", "target", "auxiliary"),
        Number("tasks[].share", "Tasks", "Share", "How often the task is drawn under the explicit sampler, relative to the others.", 1, 0, 1e9),
        Integer("tasks[].startStep", "Tasks", "First step", "The task is drawn from this step on, counted from 0.", 0, 0, 10_000_000, "steps"),
        Integer("tasks[].endStep", "Tasks", "End step", "The task is drawn before this step only; empty: to the end.", null, 1, 10_000_000, "steps"),
        Text("tasks[].difficulty", "Tasks", "Difficulty column", "A column of numbers, small where an example is easy, that a curriculum goes by; empty: the curriculum's own measure.", 200),
        Text("tasks[].stratify", "Tasks", "Stratify by", "label, length or a column: each stretch of an epoch then holds its values in the proportions of the whole; empty: no.", 200),
        Flag("tasks[].balance", "Tasks", "Balance the strata", "Draws every value of what is stratified by equally often, and repeats the examples of rare ones.", false),
        Number("tasks[].lossWeight", "Tasks", "Loss weight", "How much the task's loss counts under the fixed policy, relative to the others.", 1, 0, 1e9),
        Flag("tasks[].trainPrompt", "Tasks", "Train the prompt", "Whether the prompt's tokens are trained too, and not the answer's alone.", false),
        Field("tasks[].lossCap", "Tasks", "Loss cap", "A token (or what a head is asked) whose loss is above this takes no part in training: wrong labels then do less harm; empty: none is cut.", ParameterType.Number) with { Min = 0, MinExclusive = true, Max = 1000, Unit = "nats" },
        Field("tasks[].dropout", "Tasks", "Dropout", "Hidden dropout of this task in place of the run's; empty: the run's. Tiny tasks bear more.", ParameterType.Number) with { Min = 0, Max = 1, MaxExclusive = true },
        Integer("tasks[].maxNewTokens", "Tasks", "Longest output", "Tokens an output may have.", 64, 1, 4096, "tokens"),
        Text("tasks[].group", "Tasks", "Group", "Tasks of one group share an adapter where sharing is by group; empty: the task stands alone.", 64),
        Field("tasks[].smallestDifference", "Tasks", "Smallest difference that matters", "Smaller differences of the primary metric count as none, in points of 100; empty: the studio's setting.", ParameterType.Number) with { Min = 0, Max = 100, Unit = "points" },

        Method("sampler", "Mix", "Sampler", "How often each task is drawn.", MethodKind.Sampler, "proportional"),
        Method("curriculum", "Mix", "Curriculum", "Which of a task's examples may be drawn when.", MethodKind.Curriculum, "none"),
        Method("weighting", "Weighting", "Policy", "How the tasks' losses or gradients are combined in each step.", MethodKind.Policy, "equal"),
        Flag("weighting.normalize", "Weighting", "Normalize scale", "Divides the combined gradient by the policy's nominal constant, so that policies are compared at the same scale.", false),
        Flag("weighting.allowSubset", "Weighting", "Allow absent tasks", "Lets a gradient policy act on the tasks present where a step lacks some.", false),
        Integer("weighting.every", "Weighting", "Weigh every", "Steps between two weighings of a gradient policy, which keeps its coefficients meanwhile; empty: 1.", null, 1, 1_000_000, "steps"),
        Choice("weighting.gradients", "Weighting", "Task gradients", "What a gradient policy sees: whole gradients, those of some layers, or a random sketch of them; empty or auto: whole where they fit in memory, else a sketch.", null, "auto", "whole", "layers", "sketch"),
        Text("weighting.layers", "Weighting", "Layers seen", "With task gradients \"layers\": which, as 0-3,7; empty: all.", 1000),
        Integer("weighting.sketchSize", "Weighting", "Sketch size", "Numbers kept of each task's gradient; noise in a cosine is about 1/√size; empty: 65,536.", null, 256, 100_000_000),
        Choice("weighting.direction", "Weighting", "Direction", "Where gradients are not kept whole: backward makes a second backward pass with the new coefficients (about twice the time in steps that weigh); last uses those of the step that weighed before.", null, "backward", "last"),
        Text("weighting.reference", "Weighting", "Reference run", "For group DRO: the run whose losses are taken off this run's, as run:12 or a run folder's path; it must have kept its training losses, and draw on the same examples. Empty: none.", 4096),
        Integer("weighting.policyExamples", "Weighting", "Policy examples", "Training examples of each task set aside, at most a fifth of them, for a policy that reads held-out loss; empty: 64.", null, 1, 1_000_000, "examples"),
        Method("peft", "Adapter", "Adapter", "What is trained.", MethodKind.Peft, "lora"),
        Method("optimizer", "Training", "Optimizer", "How parameters follow the gradient.", MethodKind.Optimizer, "adamw"),
        Method("schedule", "Training", "Schedule", "How the learning rate runs.", MethodKind.Schedule, "cosine"),

        Integer("training.steps", "Training", "Steps", "Optimizer steps.", 300, 1, 10_000_000, "steps"),
        Integer("training.microBatch", "Training", "Micro-batch", "Examples in a micro-batch; each micro-batch is of one task.", 8, 1, 4096, "examples"),
        Integer("training.accumulation", "Training", "Micro-batches a step", "0: as many as there are tasks.", 0, 0, 4096),
        Integer("training.maxLength", "Training", "Longest example", "Tokens of prompt and answer together; a longer prompt is cut from its left, a longer answer from its right.", 256, 2, 1_048_576, "tokens"),
        Choice("training.lossMode", "Training", "Loss mode", "What a step's loss is divided by: all its tokens, its examples, or each task's own; empty: the policy's default.", null, "token", "sample", "task-token", "task-sample"),
        Choice("training.until", "Training", "Train until", "All steps are done, or the first task, or every task, has drawn as many examples as it has; the steps are then the most.", "steps", "steps", "first-exhausted", "all-exhausted"),
        Choice("training.batching", "Training", "Batching", "Plain pads each micro-batch to its longest example; by-length draws examples of like length together; packed lays several examples in a row, where they do not see each other.", "plain", "plain", "by-length", "packed"),
        Number("training.clipNorm", "Training", "Clip norm", "Largest norm of the combined gradient; 0: no clipping.", 1, 0, 1e9),
        Number("training.clipValue", "Training", "Clip value", "Largest magnitude of an element of the combined gradient, after its norm is clipped; 0: no clipping.", 0, 0, 1e9),
        Number("training.clipTaskNorm", "Training", "Clip norm of a task", "Largest norm of one task's gradient, before the policy sees it: no task can then drown the others; 0: no clipping.", 0, 0, 1e9),
        Choice("training.precision", "Training", "Precision", "bf16 computes the model in bfloat16, with masters, gradients and optimizer in float32: half of the memory for activations and frozen weights, and faster where the processor has it (avx512_bf16, AMX, CUDA); elsewhere slower.", "fp32", "fp32", "bf16"),
        Choice("training.activationCheckpointing", "Training", "Activation checkpointing", "Keeps only the input of each layer, or of every other one, and computes the layer again in the backward pass: much less memory, half to three quarters more time, and the same result bit for bit.", "none", "none", "alternate", "all"),
        Choice("training.onNonFinite", "Training", "If a loss is not finite", "Stop ends the run as failed; skip leaves the step out; continue leaves the task out of the step; clip sets the elements of its gradient that are not finite to 0.", "stop", "stop", "skip", "continue", "clip"),

        Number("regularization.labelSmoothing", "Regularization", "Label smoothing", "The share of probability that is spread over the whole vocabulary: the model is kept from being too sure.", 0, 0, 1, maxExclusive: true),
        Number("regularization.emaDecay", "Regularization", "Average of weights", "Memory of a moving average of the weights, which is scored and kept in their place; 0.99 to 0.999 are usual, 0: none.", 0, 0, 1, maxExclusive: true),
        Flag("regularization.emaWarmUp", "Regularization", "Warm up the average", "Lets the average's memory grow from the first steps on, so that a short run is not ruled by its start.", true),
        Number("regularization.l2Start", "Regularization", "Pull to the start (L2-SP)", "Pulls parameters towards the values they started from by lr · λ each step: less is forgotten; 0: none.", 0, 0, 1000),
        Number("regularization.layerRateDecay", "Regularization", "Layer-wise rates", "Each layer's learning rate as a share of that of the layer above; 1: all are equal, 0.8 to 0.95 are usual.", 1, 0, 2, minExclusive: true),
        Number("regularization.rDrop", "Regularization", "R-Drop", "Trains two forward passes under different dropout masks to say the same, with this α; 1 to 5 are usual, 0: one pass. Doubles the time of a step.", 0, 0, 1000),
        Number("regularization.neftune", "Regularization", "NEFTune noise", "Adds uniform noise of ±α/√(tokens · width) to the embeddings in training; 5 is usual, 0: none.", 0, 0, 1000),
        Number("regularization.embeddingDropout", "Regularization", "Embedding dropout", "Probability that an element of the embeddings is dropped in training.", 0, 0, 1, maxExclusive: true),
        Number("regularization.hiddenDropout", "Regularization", "Hidden dropout", "Probability that an element of what an attention or MLP block adds is dropped in training.", 0, 0, 1, maxExclusive: true),
        Number("regularization.attentionDropout", "Regularization", "Attention dropout", "Probability that an attention weight is dropped in training; attention then takes its slower way.", 0, 0, 1, maxExclusive: true),
        Integer("regularization.patience", "Regularization", "Stop early after", "Ends the run after so many evaluations without a better unified score; 0: never.", 0, 0, 100_000, "evaluations"),
        Integer("regularization.taskPatience", "Regularization", "Freeze a task after", "No longer trains a task after so many evaluations without a lower validation loss; when every task is frozen, the run ends. 0: never.", 0, 0, 100_000, "evaluations"),
        Number("regularization.smallestGain", "Regularization", "Smallest gain", "What a unified score must gain, or a validation loss lose, to count as better.", 0, 0, 100),

        Integer("evaluation.every", "Evaluation", "Every", "Steps between evaluations; one is made before the first and after the last step too. 0: those two only.", 50, 0, 10_000_000, "steps"),
        Integer("evaluation.examples", "Evaluation", "Examples", "Validation examples per task, the same at each evaluation; 0: all.", 64, 0, 10_000_000, "examples"),
        Integer("evaluation.samples", "Evaluation", "Samples", "Examples per task whose output is kept at each evaluation.", 8, 0, 1000, "examples"),
        Choice("evaluation.decoding.method", "Evaluation", "Decoding", "Greedy takes the likeliest token; sample draws.", "greedy", "greedy", "sample"),
        Number("evaluation.decoding.temperature", "Evaluation", "Temperature", "Below 1: surer; above 1: freer.", 1, 0, 100, minExclusive: true),
        Integer("evaluation.decoding.topK", "Evaluation", "Top k", "Draws among the k likeliest; 0: all.", 0, 0, 1_000_000),
        Number("evaluation.decoding.topP", "Evaluation", "Top p", "Draws among the likeliest that together reach p.", 1, 0, 1, minExclusive: true),
        Flag("evaluation.test", "Evaluation", "Score the test split", "Before the first step (but for baselines), and after the last one with the best checkpoint.", true),
        Integer("evaluation.testSamples", "Evaluation", "Test samples", "Test examples per task whose output is kept.", 200, 0, 2000, "examples"),
        Flag("evaluation.trainLosses", "Evaluation", "Keep training losses", "After the last step, the loss of every training token under the best checkpoint is kept, so that another run can take this one as its reference: one pass over all training examples.", false),

        Integer("checkpoints.every", "Checkpoints", "Every", "Steps between checkpoints; one is made after the last step too. 0: that one only.", 50, 0, 10_000_000, "steps"),
        Integer("checkpoints.keepLast", "Checkpoints", "Keep last", "The newest checkpoints that are kept.", 2, 1, 1000),
        Flag("checkpoints.keepBest", "Checkpoints", "Keep best", "Keeps the best by each task's primary metric and by the unified score too.", true),

        Integer("telemetry.gradientEvery", "Telemetry", "Gradients every", "Steps between records of gradient norms and pairwise cosines, whole and by layer; 0: never.", 10, 0, 10_000_000, "steps"),
        Integer("telemetry.paysEvery", "Telemetry", "Who pays every", "Steps between trials of a step along one task's gradient alone, which show what it does to every task's validation loss; 0: never.", 50, 0, 10_000_000, "steps"),
        Number("telemetry.systemEverySeconds", "Telemetry", "System every", "Time between records of memory and load; 0: never.", 5, 0, 86_400, unit: "s"),

        Choice("device.kind", "Device", "Device", "Where the run trains.", "cpu", "cpu", "cuda"),
        Integer("device.threads", "Device", "Threads", "Of a CPU run; 0: those of its slot, or all cores. Results depend on it in the last bits.", 0, 0, 1024),

        Text("baseline.task", "Baseline", "Baseline of", "The task this single-task run answers for; the other tasks' micro-batches are skipped.", 64),
        Flag("baseline.everyTask", "Baseline", "Every task in each step", "Whether the mix's policy wanted every task in each step, so that the draws are the mix's own.", false),
        Integer("baseline.policyExamples", "Baseline", "Policy examples", "Training examples of each task that the mix's policy set aside; empty: none.", null, 1, 1_000_000, "examples"),
    ];

    private static ParameterDescriptor Field(string path, string section, string title, string help, ParameterType type) =>
        new() { Name = path, Section = section, Title = title, Help = help, Type = type };

    private static ParameterDescriptor Integer(string path, string section, string title, string help, long? value, double min, double max, string? unit = null) =>
        Field(path, section, title, help, ParameterType.Integer) with { Default = value, Min = min, Max = max, Unit = unit };

    private static ParameterDescriptor Number(string path, string section, string title, string help, double value, double min, double max, bool minExclusive = false, string? unit = null, bool maxExclusive = false) =>
        Field(path, section, title, help, ParameterType.Number) with { Default = value, Min = min, Max = max, MinExclusive = minExclusive, MaxExclusive = maxExclusive, Unit = unit };

    private static ParameterDescriptor Text(string path, string section, string title, string help, int maxLength, bool required = false) =>
        Field(path, section, title, help, ParameterType.Text) with { MaxLength = maxLength, Required = required };

    private static ParameterDescriptor Choice(string path, string section, string title, string help, string? value, params string[] choices) =>
        Field(path, section, title, help, ParameterType.Choice) with { Default = value, Choices = choices };

    private static ParameterDescriptor Flag(string path, string section, string title, string help, bool value) =>
        Field(path, section, title, help, ParameterType.Boolean) with { Default = value };

    private static ParameterDescriptor List(string path, string section, string title, string help, int most) =>
        Field(path, section, title, help, ParameterType.TextList) with { MaxLength = most };

    private static ParameterDescriptor Map(string path, string section, string title, string help, int most) =>
        Field(path, section, title, help, ParameterType.TextMap) with { MaxLength = most };

    private static ParameterDescriptor Method(string path, string section, string title, string help, MethodKind kind, string value) =>
        Field(path, section, title, help, ParameterType.Method) with { Method = kind, Default = value };
}
