using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Prompts;
using MtlStudio.Training.Heads;

namespace MtlStudio.Training.Batching;

/// <summary>Makes tokens and targets of examples that a task's head answers. The prompt is all that the model reads; no token is learned.</summary>
/// <param name="plan">The head.</param>
/// <param name="maxLength">Tokens an example may have; a longer prompt is cut from its left.</param>
public sealed class HeadEncoder(HeadPlan plan, Tokenizer tokenizer, PromptEncoder encoder, int maxLength)
{
    private readonly Dictionary<string, int> places = plan.Labels.Select((label, place) => (label, place)).ToDictionary(pair => pair.label, pair => pair.place);

    public HeadPlan Plan => plan;

    /// <summary>The head that a task's examples ask for: with the spec's labels, or those of the training examples in order of code point.</summary>
    /// <param name="field">The task's path, as <c>tasks[0]</c>.</param>
    /// <exception cref="InvalidInputException">There are fewer than two labels, or an example has one that the spec does not name.</exception>
    public static HeadPlan PlanOf(TaskSpec task, string field, IReadOnlyList<RenderedExample> train)
    {
        if (task.Kind == TaskKinds.Regression) return HeadPlan.Of(task, []);
        var found = train.SelectMany(example => example.Labels).Distinct().Order(StringComparer.Ordinal).ToList();
        if (task.Labels.Count > 0 && found.Find(label => !task.Labels.Contains(label)) is { } other)
            throw new InvalidInputException($"{field}.labels", $"a training example has the label \"{other}\", which is none of {Shown(task.Labels)}: add it, or leave the labels empty to take those of the data");
        if (task.Labels.Count == 0 && found.Count < 2 && train.Count > 0)
            throw new InvalidInputException($"{field}.labels", $"the training examples have {(found.Count == 0 ? "no labels" : $"one label only, \"{found[0]}\"")}: at least 2 are needed");
        return HeadPlan.Of(task, task.Labels.Count > 0 ? task.Labels : found);
    }

    /// <summary>Null where nothing is left that the head could read.</summary>
    /// <param name="words">Of a tagger: the answer of each word, −1 where truncation cut it away; else empty.</param>
    public LabeledIds? Encode(RenderedExample example, out int[] words)
    {
        var ids = encoder.EncodePrompt(example.Prompt, maxLength, out var cut);
        words = [];
        if (ids.Length == 0) return null;
        if (plan.Kind == TaskKinds.Tagging) return Tagged(example, ids, cut, out words);
        int[] read = plan.Pooling == "mean" ? [.. Enumerable.Range(0, ids.Length)] : [ids.Length - 1];
        float[] values = plan.Kind switch
        {
            TaskKinds.Regression => [(float)example.Value!.Value],
            TaskKinds.MultiLabel => [.. plan.Labels.Select(label => example.Labels.Contains(label) ? 1f : 0f)],
            _ => [places.GetValueOrDefault(example.Labels[0], (int)HeadTargets.Unknown)],
        };
        return LabeledIds.ForHead(ids, new(read, values, 1, plan.Kind == TaskKinds.HeadClassification && values[0] == HeadTargets.Unknown ? 0 : 1));
    }

    /// <summary>As <see cref="Encode"/>; an example of which nothing is left is asked something all the same, without a loss, so that it gets an answer.</summary>
    public LabeledIds EncodeToScore(RenderedExample example, out int[] words)
    {
        if (Encode(example, out words) is { } encoded) return encoded;
        var ids = encoder.EncodePrompt(example.Prompt, maxLength, out _);
        var values = new float[plan.TargetWidth];
        Array.Fill(values, HeadTargets.Unknown);
        return LabeledIds.ForHead(ids.Length > 0 ? ids : [0], new([Math.Max(0, ids.Length - 1)], values, 1, 0));
    }

    /// <summary>A causal model knows a word at its last token.</summary>
    private LabeledIds? Tagged(RenderedExample example, int[] ids, int cut, out int[] words)
    {
        var spans = tokenizer.EncodeWithOffsets(example.Prompt, addSpecialTokens: false);
        var before = ids.Length - (spans.Length - cut);
        words = new int[example.Words.Count];
        List<int> positions = [];
        List<float> values = [];
        var token = 0;
        for (var word = 0; word < words.Length; word++)
        {
            var (start, end) = (example.Words[word].Start, example.Words[word].End);
            while (token < spans.Length && spans[token].End <= start) token++;
            var last = -1;
            for (var i = token; i < spans.Length && spans[i].Start < end; i++)
                if (spans[i].End > start) last = i;
            words[word] = last < cut ? -1 : positions.Count;
            if (last < cut) continue;
            positions.Add(before + last - cut);
            values.Add(places.GetValueOrDefault(example.Labels[word], (int)HeadTargets.Unknown));
        }
        return positions.Count == 0 ? null : LabeledIds.ForHead(ids, new([.. positions], [.. values], positions.Count, values.Count(value => value != HeadTargets.Unknown)));
    }

    private static string Shown(IReadOnlyList<string> labels) => string.Join(", ", labels.Take(10)) + (labels.Count > 10 ? ", …" : "");
}
