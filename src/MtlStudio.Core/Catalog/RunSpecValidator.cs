using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Catalog;

/// <summary>Says everything that is wrong with a spec at once, without touching a file: field by field against the catalog, then across fields.</summary>
public static partial class RunSpecValidator
{
    public const int MaxTasks = 200;

    /// <summary>All faults of a spec; empty: it may be launched (files are looked at when it starts, and by the launcher).</summary>
    public static IReadOnlyList<FieldError> Validate(RunSpec spec)
    {
        var errors = new List<FieldError>();
        SpecSchema.Check(JsonSerializer.SerializeToNode(spec, WireJson.Compact)!.AsObject(), errors);
        if (errors.Count == 0) CheckAcross(spec, errors);
        return errors;
    }

    internal static void CheckAcross(RunSpec spec, List<FieldError> errors)
    {
        CheckTasks(spec, errors);
        CheckPolicy(spec, errors);
        CheckRanges(spec, errors);
        CheckWindows(spec, errors);
        CheckRegularization(spec, errors);
        CheckAdapter(spec, errors);
        if (spec.Sampler.Name == "explicit" && spec.Tasks.Sum(task => task.Share) <= 0)
            errors.Add(new("tasks[0].share", "Every share is 0: give at least one task a share over 0, or choose another sampler"));
        if (spec.Weighting.Name == "fixed" && spec.Tasks.Sum(task => task.LossWeight) <= 0)
            errors.Add(new("tasks[0].lossWeight", "Every loss weight is 0: give at least one task a loss weight over 0"));
        if (spec.Baseline is { } baseline && spec.Tasks.All(task => task.Name != baseline.Task))
            errors.Add(new("baseline.task", $"No task is called \"{baseline.Task}\": the tasks are {string.Join(", ", spec.Tasks.Select(task => task.Name))}"));
    }

    private static void CheckTasks(RunSpec spec, List<FieldError> errors)
    {
        if (spec.Tasks.Count == 0) errors.Add(new("tasks", "There are no tasks: give at least one"));
        if (spec.Tasks.Count > MaxTasks) errors.Add(new("tasks", $"A mix holds at most {MaxTasks} tasks (you gave {spec.Tasks.Count})"));
        var seen = new Dictionary<string, int>();
        for (var i = 0; i < spec.Tasks.Count; i++)
        {
            var (task, at) = (spec.Tasks[i], $"tasks[{i}]");
            if (!TaskName().IsMatch(task.Name))
                errors.Add(new($"{at}.name", $"A task's name must be letters, digits, '.', '_' and '-', beginning with a letter or digit (you gave \"{task.Name}\")"));
            else if (!seen.TryAdd(task.Name, i))
                errors.Add(new($"{at}.name", $"\"{task.Name}\" is already the name of tasks[{seen[task.Name]}]: every task needs its own"));
            if (task.Group is { } group && !TaskName().IsMatch(group))
                errors.Add(new($"{at}.group", $"A group's name must be letters, digits, '.', '_' and '-', beginning with a letter or digit (you gave \"{group}\")"));
            else if (task.Group is { } named && spec.Tasks.Any(other => other.Name == named && other.Group != named))
                errors.Add(new($"{at}.group", $"\"{named}\" is also the name of a task outside the group: give the group another name"));
            CheckData(task, at, errors);
            CheckMetrics(task, at, errors);
            if (task.Kind == "classification" && AnswerColumns(task.Template.Answer) != 1)
                errors.Add(new($"{at}.template.answer", $"A classification's answer must hold one {{column}}, where its label stands (you gave \"{task.Template.Answer}\")"));
            if (task.Kind == "multiple-choice" && task.Choices.Count == 0)
                errors.Add(new($"{at}.choices", "A multiple choice needs its choices: write a template for each, as {choice1}, or one that names a column of lists"));
            if (task.Kind != "multiple-choice" && task.Choices.Count > 0)
                errors.Add(new($"{at}.choices", $"Only a multiple choice has choices (the task is of kind {task.Kind}): leave them out, or choose kind multiple-choice"));
            CheckHead(task, at, errors);
            if (task.Labels.Count == 1) errors.Add(new($"{at}.labels", $"A {task.Kind} task needs at least 2 labels (you gave 1: \"{task.Labels[0]}\")"));
            if (task.Labels.GroupBy(label => label).FirstOrDefault(group => group.Count() > 1) is { } twice)
                errors.Add(new($"{at}.labels", $"\"{twice.Key}\" stands twice among the labels: name each once"));
        }
        if (spec.Tasks.Count > 0 && spec.Tasks.All(task => task.Role == "auxiliary"))
            errors.Add(new("tasks[0].role", "Every task is auxiliary: at least one must be a target, or there is no score"));
    }

    private static void CheckHead(TaskSpec task, string at, List<FieldError> errors)
    {
        if (task.Kind != TaskKinds.Regression && (task.Minimum ?? task.Maximum) is not null)
            errors.Add(new($"{at}.{(task.Minimum is null ? "maximum" : "minimum")}", $"Only a regression has a scale (the task is of kind {task.Kind}): leave it out, or choose kind regression"));
        if (!TaskKinds.HasHead(task.Kind)) return;
        if (AnswerColumns(task.Template.Answer) != 1)
            errors.Add(new($"{at}.template.answer", $"The answer of a {task.Kind} task must hold one {{column}}, where its {(task.Kind == TaskKinds.Regression ? "number stands" : task.Kind == TaskKinds.HeadClassification ? "label stands" : task.Kind == TaskKinds.Tagging ? "tags stand" : "labels stand")} (you gave \"{task.Template.Answer}\")"));
        if (task.TrainPrompt)
            errors.Add(new($"{at}.trainPrompt", $"A {task.Kind} task trains its head's answer and no tokens: set it to false"));
        if (task.Kind == TaskKinds.Tagging && AnswerColumns(task.Template.Prompt) == 0)
            errors.Add(new($"{at}.template.prompt", "The prompt of a tagger must hold the {column} of the words: those of its last {column} are tagged"));
        if (task.Kind != TaskKinds.Regression) return;
        if (task.Labels.Count > 0)
            errors.Add(new($"{at}.labels", "A regression answers with a number and has no labels: leave them out, or choose kind classification-head"));
        if (task.Minimum is null != task.Maximum is null)
            errors.Add(new($"{at}.{(task.Minimum is null ? "minimum" : "maximum")}", "A scale has two ends: give both, or neither"));
        else if (task.Minimum >= task.Maximum)
            errors.Add(new($"{at}.maximum", $"The highest value must be above the lowest, {task.Minimum} (you gave {task.Maximum})"));
    }

    private static void CheckData(TaskSpec task, string at, List<FieldError> errors)
    {
        var data = task.Data;
        if (data.Dataset is null && data.Train is null)
            errors.Add(new($"{at}.data.dataset", "There is no data: name a dataset, or a training file in data.train"));
        if (data.Dataset is not null && (data.Train ?? data.Validation ?? data.Test) is not null)
            errors.Add(new($"{at}.data.dataset", "A dataset and files are both given: keep one of them"));
    }

    private static void CheckMetrics(TaskSpec task, string at, List<FieldError> errors)
    {
        for (var m = 0; m < task.Metrics.Count; m++)
        {
            var metric = MethodCatalog.Find(MethodKind.Metric, task.Metrics[m]);
            var fitting = MethodCatalog.OfKind(MethodKind.Metric).Where(method => method.TaskKinds.Contains(task.Kind)).Select(method => method.Name);
            if (metric is null || !metric.TaskKinds.Contains(task.Kind))
                errors.Add(new($"{at}.metrics[{m}]", $"A {task.Kind} task has no metric \"{task.Metrics[m]}\": choose among {string.Join(", ", fitting)}"));
        }
        var metrics = EffectiveMetrics(task);
        if (task.PrimaryMetric is { } primary && !metrics.Contains(primary))
            errors.Add(new($"{at}.primaryMetric", $"\"{primary}\" is not among the task's metrics ({string.Join(", ", metrics)}): add it there, or choose one of them"));
    }

    private static void CheckPolicy(RunSpec spec, List<FieldError> errors)
    {
        var policy = MethodCatalog.Get(MethodKind.Policy, spec.Weighting.Name);
        var wanted = spec.Baseline is null ? spec.Tasks.Count : 1;
        if (spec.Weighting.Every > 1 && !policy.NeedsEveryTask)
            errors.Add(new("weighting.every", $"{policy.Title} does not work on gradients and weighs in every step (you gave {spec.Weighting.Every}): leave it empty"));
        if (spec.Weighting.Every > 1 && policy.NeedsWholeGradients)
            errors.Add(new("weighting.every", $"{policy.Title} needs the gradients of every step (you gave {spec.Weighting.Every}): leave it empty"));
        if (spec.Weighting.Gradients is "layers" or "sketch" && policy.NeedsWholeGradients)
            errors.Add(new("weighting.gradients", $"{policy.Title} needs whole gradients (you gave \"{spec.Weighting.Gradients}\"): leave it empty, or choose another policy"));
        if (spec.Weighting.Reference is { Length: > 0 } && !policy.ReadsReference)
            errors.Add(new("weighting.reference", $"{policy.Title} does not look at a reference run (you gave \"{spec.Weighting.Reference}\"): leave it empty, or choose {string.Join(" or ", MethodCatalog.OfKind(MethodKind.Policy).Where(other => other.ReadsReference).Select(other => other.Name))}"));
        if (spec.Weighting.Layers is { Length: > 0 } && spec.Weighting.Gradients != "layers")
            errors.Add(new("weighting.layers", "Layers are chosen where weighting.gradients is \"layers\": set it so, or leave this empty"));
        if (policy.NeedsEveryTask && !spec.Weighting.AllowSubset && spec.Training.Accumulation > 0 && spec.Training.Accumulation < wanted)
            errors.Add(new("training.accumulation", $"{policy.Title} needs every task in each step, so {wanted} micro-batches or more (you gave {spec.Training.Accumulation}): raise it, set it to 0, or set weighting.allowSubset"));
    }

    /// <summary>Every step must have a task to draw.</summary>
    private static void CheckWindows(RunSpec spec, List<FieldError> errors)
    {
        for (var i = 0; i < spec.Tasks.Count; i++)
        {
            var task = spec.Tasks[i];
            if (task.StartStep >= spec.Training.Steps)
                errors.Add(new($"tasks[{i}].startStep", $"The task would never be drawn: the run has {spec.Training.Steps} steps (you gave {task.StartStep})"));
            if (task.EndStep is { } end && end <= task.StartStep)
                errors.Add(new($"tasks[{i}].endStep", $"The end step must come after the first step, {task.StartStep} (you gave {end})"));
            if (task.Balance && string.IsNullOrEmpty(task.Stratify))
                errors.Add(new($"tasks[{i}].balance", "There are no strata to balance: say in stratify what to balance by, as label"));
            if (!string.IsNullOrEmpty(task.Stratify) && spec.Curriculum.Name != "none")
                errors.Add(new($"tasks[{i}].stratify", "A curriculum chooses which examples may be drawn, so that they cannot be stratified as well: leave one of them out"));
            if (!string.IsNullOrEmpty(task.Stratify) && spec.Training.Batching == "by-length")
                errors.Add(new("training.batching", $"Examples of like length are drawn together, so that \"{task.Name}\" cannot be stratified as well: choose packed or plain"));
        }
        if (spec.Curriculum.Name != "none" && spec.Training.Batching == "by-length")
            errors.Add(new("training.batching", "A curriculum chooses the order of examples, so that those of like length cannot be drawn together as well: choose packed or plain"));
        if (spec.Training.Until != "steps" && spec.Sampler.Name == "odm")
            errors.Add(new("training.until", $"Online data mixing draws by the losses, so that it is not known before when tasks are exhausted: choose steps (you gave {spec.Training.Until})"));
        var covered = 0;
        foreach (var task in spec.Tasks.OrderBy(task => task.StartStep))
            if (task.StartStep <= covered) covered = Math.Max(covered, task.EndStep ?? int.MaxValue);
        if (spec.Tasks.Count > 0 && covered < spec.Training.Steps && errors.Count == 0)
            errors.Add(new("tasks[0].endStep", $"No task is drawn at step {covered}: every step needs one, so let one begin there or end later"));
    }

    private static void CheckRegularization(RunSpec spec, List<FieldError> errors)
    {
        var given = spec.Regularization;
        var drops = given.EmbeddingDropout + given.HiddenDropout + given.AttentionDropout + spec.Tasks.Sum(task => task.Dropout ?? 0) > 0
            || (spec.Peft.Options.TryGetValue("dropout", out var dropout) && dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() > 0);
        if (given.RDrop > 0 && !drops)
            errors.Add(new("regularization.rDrop", "R-Drop compares two dropout masks, and nothing is dropped: set hiddenDropout or the adapter's dropout, or set it to 0"));
        if (given.Patience + given.TaskPatience > 0 && spec.Evaluation.Every == 0)
            errors.Add(new(given.Patience > 0 ? "regularization.patience" : "regularization.taskPatience", "Nothing can be stopped early while evaluations are made at the first and last step only: set evaluation.every"));
    }

    private static void CheckAdapter(RunSpec spec, List<FieldError> errors)
    {
        if (spec.Model.Quantize != "none" && spec.Peft.Name is "full" or "layers")
            errors.Add(new("model.quantize", $"Weights kept in few bits cannot be trained (peft is {spec.Peft.Name}): choose an adapter such as lora, or \"none\""));
        var sharing = spec.Peft.Options.TryGetValue("sharing", out var given) && given.ValueKind == System.Text.Json.JsonValueKind.String ? given.GetString()! : "shared";
        if (sharing.EndsWith("group", StringComparison.Ordinal) && spec.Tasks.All(task => task.Group is null))
            errors.Add(new("peft.options.sharing", $"Sharing is \"{sharing}\", and no task has a group: set tasks[].group, or share by task"));
        var policy = MethodCatalog.Get(MethodKind.Policy, spec.Weighting.Name);
        if (sharing is "task" or "group" && policy.NeedsEveryTask)
            errors.Add(new("weighting.name", $"{policy.Title} combines the gradients of what tasks share, and with sharing \"{sharing}\" they share nothing: choose equal or another policy on losses, or sharing \"shared+{sharing}\""));
    }

    private static void CheckRanges(RunSpec spec, List<FieldError> errors)
    {
        if (spec.Schedule.Options.ContainsKey("warmupSteps") && spec.Schedule.Options.Integer(MethodKind.Schedule, spec.Schedule.Name, "warmupSteps") is var warmup && warmup > spec.Training.Steps)
            errors.Add(new("schedule.options.warmupSteps", $"The warm-up must not be longer than the run ({spec.Training.Steps} steps; you gave {warmup})"));
        if (spec.Evaluation.Examples > 0 && spec.Evaluation.Samples > spec.Evaluation.Examples)
            errors.Add(new("evaluation.samples", $"Samples are chosen among the evaluated examples, so at most {spec.Evaluation.Examples} (you gave {spec.Evaluation.Samples})"));
    }

    /// <summary>The metrics a task is scored by: its own, or its kind's.</summary>
    public static IReadOnlyList<string> EffectiveMetrics(TaskSpec task) => task.Metrics.Count > 0 ? task.Metrics : MetricMethods.DefaultsFor(task.Kind);

    /// <summary>The metric that stands for a task.</summary>
    public static string EffectivePrimaryMetric(TaskSpec task) => task.PrimaryMetric ?? EffectiveMetrics(task)[0];

    /// <summary>Micro-batches in a step: the spec's, or one a task.</summary>
    public static int EffectiveAccumulation(RunSpec spec) => spec.Training.Accumulation > 0 ? spec.Training.Accumulation : spec.Tasks.Count;

    private static int AnswerColumns(string template) => Column().Count(template.Replace("{{", "").Replace("}}", ""));

    [GeneratedRegex(@"\{[^{}]+\}")]
    private static partial Regex Column();

    [GeneratedRegex(@"^[\p{L}\p{Nd}][\p{L}\p{Nd}._-]*$")]
    private static partial Regex TaskName();
}
