using System.Text;
using MtlStudio.Core;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Prompts;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Heads;

namespace MtlStudio.Training.Batching;

/// <summary>Reads, renders and encodes the tasks of a spec. Every fault of every task is found before anything is thrown.</summary>
/// <param name="specFolder">What paths are relative to.</param>
/// <param name="data">Where content hashes are found; null: nowhere.</param>
/// <param name="maxPositions">Positions the model was made for.</param>
public sealed class MixLoader(RunSpec spec, string specFolder, DataFolder? data, Tokenizer tokenizer, int maxPositions)
{
    private readonly PromptEncoder encoder = new(tokenizer);
    private readonly Dictionary<string, string> hashes = [];
    private readonly List<string> warnings = [];
    private readonly List<HeadPlan> heads = [];

    /// <exception cref="InvalidInputException">Every fault, by field.</exception>
    public LoadedMix Load()
    {
        if (spec.Training.MaxLength > maxPositions)
            warnings.Add($"The model was made for {maxPositions:#,0} positions: examples are cut to that length, not to training.maxLength {spec.Training.MaxLength:#,0}");
        var errors = new List<FieldError>();
        var tasks = new List<TrainingTask>();
        var evaluated = new List<EvaluationTask>();
        for (var k = 0; k < spec.Tasks.Count; k++)
            try
            {
                var (training, evaluation) = LoadTask(spec.Tasks[k], $"tasks[{k}]");
                tasks.Add(training);
                if (spec.Baseline is null || spec.Baseline.Task == training.Name) evaluated.Add(evaluation);
            }
            catch (InvalidInputException fault)
            {
                errors.AddRange(fault.Errors);
            }
        return errors.Count == 0 ? new(tasks, evaluated, hashes, warnings) { Heads = heads } : throw new InvalidInputException(errors);
    }

    private (TrainingTask, EvaluationTask) LoadTask(TaskSpec task, string field)
    {
        using var version = TaskData.Resolve(task.Data, $"{field}.data", specFolder, data);
        hashes[task.Name] = version.Manifest.Hash;
        var template = TaskTemplate.Of(task, field);
        if (template.Check(version.Columns) is { Count: > 0 } missing) throw new InvalidInputException(missing);

        var rows = Chosen(version.Count(SplitNames.Train), task.Data.Limit ?? 0, "limit", task.Name);
        var rendered = rows.Select(row => Render(template.Render, version.Get(SplitNames.Train, row), SplitNames.Train, row)).ToList();
        var head = TaskKinds.HasHead(task.Kind) ? new HeadEncoder(HeadEncoder.PlanOf(task, field, rendered), tokenizer, encoder, MaxLength) : null;
        if (head is not null && (spec.Baseline is null || spec.Baseline.Task == task.Name)) heads.Add(head.Plan);
        var encoded = rendered.ConvertAll(example => head is null ? Labeled(encoder.Encode(example.Prompt, example.Answer, MaxLength), task.TrainPrompt) : head.Encode(example, out _));
        var kept = Enumerable.Range(0, rows.Length).Where(i => encoded[i] is { Tokens: > 0 })
            .Select(i => new SourceExample(rows[i], version.Get(SplitNames.Train, rows[i]), rendered[i].Answer, encoded[i]!)).ToList();
        var train = kept.ConvertAll(example => example.Ids);
        if (train.Count == 0)
            throw new InvalidInputException($"{field}.data", encoded.Count == 0 ? "There are no training examples: give the task data"
                : head is not null ? $"All {encoded.Count:#,0} training examples have nothing left that a head could read: raise training.maxLength {spec.Training.MaxLength}, or give the task a prompt"
                : $"All {encoded.Count:#,0} training examples lose their whole answer to training.maxLength {spec.Training.MaxLength}, or have no token to learn from another: raise it, or give the task a prompt");

        var names = RunSpecValidator.EffectiveMetrics(task);
        var metrics = names.Select(MetricRegistry.Get).ToList();
        var primary = MetricRegistry.Get(RunSpecValidator.EffectivePrimaryMetric(task));
        IReadOnlyList<string> answers = task.Kind != "classification" ? []
            : task.Labels.Count > 0 ? [.. task.Labels.Select(label => AnswerOf(task.Template, label))]
            : [.. rendered.SelectMany(example => example.References).Distinct().Order(StringComparer.Ordinal)];
        IReadOnlyList<string> labels = head?.Plan.Labels ?? [.. answers.Select(answer => answer.Trim())];
        var labelTokens = answers.Select(LabelTokens).ToList();
        var room = Room(task, labelTokens);

        var examples = new ExampleSource(version, template.Render, head, task.Name, room, labels);
        var validation = Examples(examples, SplitNames.Validation, spec.Evaluation.Examples);
        var test = spec.Evaluation.Test ? Examples(examples, SplitNames.Test, 0) : [];
        if (validation.Count == 0) warnings.Add($"{task.Name} has no validation examples: it gets no validation loss and no scores");
        var evaluation = new EvaluationTask
        {
            Name = task.Name, IsTarget = task.Role == "target", Metrics = metrics, Primary = primary, MaxNewTokens = task.MaxNewTokens,
            Context = new() { Labels = labels, SeveralLabels = task.Kind == TaskKinds.MultiLabel, Vocabulary = tokenizer.VocabularySize, Choices = rendered.Average(example => example.Choices.Count) },
            HasHead = head is not null, Answers = task.Kind != "language-modeling", Labels = labels, LabelTokens = labelTokens, Validation = validation, Test = test,
            FollowedValidation = Followed(validation, spec.Evaluation.Samples, SplitNames.Validation, task.Name), FollowedTest = Followed(test, spec.Evaluation.TestSamples, SplitNames.Test, task.Name),
        };
        var aside = PolicySplit.Choose(spec.Seed, task.Name, train.Count, PolicySplit.Wanted(spec));
        var trained = train.Where((_, i) => !aside.Contains(i)).ToList();
        return (new(task.Name, names, primary.Name, primary.HigherIsBetter, trained)
        {
            Policy = [.. train.Where((_, i) => aside.Contains(i))], Facts = TaskFacts.Of(spec, task, field, [.. kept.Where((_, i) => !aside.Contains(i))]),
            Validation = [.. validation.Select(example => example.Labeled).OfType<LabeledIds>()],
            ValidationExamples = version.Count(SplitNames.Validation), TestExamples = test.Count, Dropped = encoded.Count - train.Count,
        }, evaluation);
    }

    /// <summary>Tokens an example may have: no more than the model was made for.</summary>
    private int MaxLength => Math.Min(spec.Training.MaxLength, maxPositions);

    /// <summary>What examples to score are made of.</summary>
    /// <param name="Head">Null for kinds that answer by text.</param>
    /// <param name="Room">Tokens that a prompt may have.</param>
    /// <param name="Labels">What can be answered; empty where the answers are not labels.</param>
    private sealed record ExampleSource(DatasetVersion Version, Func<Row, RenderedExample> Render, HeadEncoder? Head, string Task, int Room, IReadOnlyList<string> Labels);

    private List<EvaluationExample> Examples(ExampleSource source, string split, int limit)
    {
        var strange = new List<string>();
        List<EvaluationExample> examples = [.. Chosen(source.Version.Count(split), limit, $"evaluation/{split}", source.Task).Select(row =>
        {
            var example = Render(source.Render, source.Version.Get(split, row), split, row);
            if (source.Labels.Count > 0 && (source.Head is null ? example.References.Select(reference => reference.Trim()) : example.Labels).FirstOrDefault(label => !source.Labels.Contains(label)) is { } label) strange.Add(label);
            if (source.Head is { } head && head.EncodeToScore(example, out var words) is var asked)
                return new EvaluationExample(row, example.Prompt, example.References, asked.Ids, asked) { Words = words, WordTexts = [.. example.Words.Select(word => example.Prompt[word.Start..word.End])], LabelsDue = head.Plan.Kind == TaskKinds.MultiLabel ? example.Labels : null, ValueDue = example.Value ?? double.NaN };
            var encoded = encoder.Encode(example.Prompt, example.Answer, MaxLength);
            return new EvaluationExample(row, example.Prompt, [.. example.References.Select(reference => reference.Trim())], encoder.EncodePrompt(example.Prompt, source.Room, out _), Labeled(encoded, trainPrompt: false))
            {
                Choices = example.Choices, ChoiceTokens = [.. example.Choices.Select(choice => (IReadOnlyList<int>)tokenizer.EncodeContinuation(choice))],
                Bytes = encoded.Dropped ? 0 : Encoding.UTF8.GetByteCount(tokenizer.Decode(encoded.Ids.AsSpan(encoded.PromptLength), skipSpecialTokens: true)),
            };
        })];
        if (strange.Count > 0)
        {
            var names = strange.Distinct().Order(StringComparer.Ordinal).ToList();
            warnings.Add($"{strange.Count:#,0} of {examples.Count:#,0} {split} examples of {source.Task} have a label unknown to the task ({string.Join(", ", names.Take(5).Select(name => $"\"{name}\""))}{(names.Count > 5 ? ", …" : "")}): "
                + "they count as wrong. Split the data so that each label is trained, or leave these rows out");
        }
        return examples;
    }

    private static RenderedExample Render(Func<Row, RenderedExample> render, Row row, string split, int index)
    {
        try
        {
            return render(row);
        }
        catch (InvalidInputException fault)
        {
            throw new InvalidInputException([.. fault.Errors.Select(error => new FieldError(error.Field, $"{error.Message} (row {index + 1} of {split})"))]);
        }
    }

    /// <summary>A label as the template's answer says it: in the place of its column, where it has one place.</summary>
    private static string AnswerOf(TemplateSpec template, string label)
    {
        var answer = PromptTemplate.Parse(new() { Answer = template.Answer });
        return answer.Columns is [var column] ? answer.Render(new Row(new ColumnSet([column]), [label])).Answer : label;
    }

    /// <summary>A label's words and the end of the text: so that a label that another begins with has a fair chance.</summary>
    private IReadOnlyList<int> LabelTokens(string label) =>
        tokenizer.EosId is { } end ? [.. tokenizer.EncodeContinuation(label), end] : tokenizer.EncodeContinuation(label);

    /// <summary>Tokens a prompt may have, so that the answer stays within what the model was made for.</summary>
    private int Room(TaskSpec task, List<IReadOnlyList<int>> labels)
    {
        var answer = labels.Count > 0 ? labels.Max(label => label.Count) : task.MaxNewTokens;
        return Math.Max(1, Math.Min(spec.Training.MaxLength, maxPositions - answer));
    }

    /// <summary>The first rows of a seeded order, by rising row; 0: all.</summary>
    private int[] Chosen(int count, int limit, string purpose, string task)
    {
        var rows = Enumerable.Range(0, count).ToArray();
        if (limit <= 0 || limit >= count) return rows;
        new KeyedRandom(spec.Seed, $"{purpose}/{task}").Shuffle(rows.AsSpan());
        return [.. rows.Take(limit).Order()];
    }

    private HashSet<int> Followed(List<EvaluationExample> examples, int count, string split, string task) =>
        count == 0 ? [] : [.. Chosen(examples.Count, count, $"samples/{split}", task).Select(i => examples[i].Row)];

    /// <summary>Null where truncation left no answer.</summary>
    private static LabeledIds? Labeled(EncodedExample example, bool trainPrompt) => example.Dropped ? null : LabeledIds.AfterPrompt(example.Ids, trainPrompt ? 0 : example.PromptLength);
}
