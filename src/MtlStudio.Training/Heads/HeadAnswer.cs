using System.Globalization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Heads;

/// <summary>What a head answers to one example.</summary>
/// <param name="Text">As people read it: a label, labels, a number, or a tag for each word.</param>
public sealed record HeadAnswer(string Text)
{
    /// <summary>Of several labels: those given, and the probability of each of the task's.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
    public IReadOnlyList<double> Scores { get; init; } = [];
    /// <summary>Of a regression; NaN for other kinds.</summary>
    public double Value { get; init; } = double.NaN;

    /// <summary>Digits of a number as people read it.</summary>
    private const string Digits = "0.####";

    /// <param name="outputs">(answers × outputs) of one example.</param>
    /// <param name="words">Of a tagger: the answer of each word, −1 where truncation cut the word away, which is then outside of everything.</param>
    public static HeadAnswer Of(HeadPlan plan, ReadOnlySpan<double> outputs, IReadOnlyList<int> words)
    {
        switch (plan.Kind)
        {
            case TaskKinds.Regression:
                var value = plan.Unscaled(outputs[0]);
                return new(value.ToString(Digits, CultureInfo.InvariantCulture)) { Value = value };
            case TaskKinds.MultiLabel:
                var scores = outputs.ToArray().Select(logit => 1 / (1 + Math.Exp(-logit))).ToArray();
                string[] given = [.. plan.Labels.Where((_, i) => scores[i] >= plan.Threshold)];
                return new(string.Join(", ", given)) { Labels = given, Scores = scores };
            case TaskKinds.Tagging:
                var tags = new string[words.Count];
                for (var i = 0; i < tags.Length; i++)
                    tags[i] = words[i] < 0 ? Core.Datasets.TaggingTemplate.Outside : plan.Labels[Greatest(outputs.Slice(words[i] * plan.Outputs, plan.Outputs))];
                return new(string.Join(' ', tags));
            default:
                return new(plan.Labels[Greatest(outputs)]);
        }
    }

    // The first among equals; what is not finite never wins, and the first does where nothing is.
    private static int Greatest(ReadOnlySpan<double> outputs)
    {
        var best = 0;
        for (var i = 1; i < outputs.Length; i++)
            if (outputs[i] > outputs[best] || double.IsNaN(outputs[best])) best = i;
        return best;
    }
}
