using System.Text.Json.Nodes;
using MtlStudio.Core.Metrics;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Metrics;

/// <summary>Metrics against sacrebleu, rouge_score, NLTK, scikit-learn and the SQuAD and GSM8K rules.</summary>
public sealed class MetricGoldenTests
{
    private static readonly MetricContext NoContext = new();

    [Fact]
    public void Tokenize_GivesTheTokens_WhenComparedWithSacrebleuAndRougeScore()
    {
        var misses = new Misses();
        foreach (var node in MetricTexts.Cases("tokenizers"))
        {
            var text = node["text"].Text();
            Check("13a", Tokenizer13a.Tokenize(text));
            Check("rouge", Rouge.Words(text, stem: false));
            Check("rouge_stem", Rouge.Words(text));
            misses.Check("lower " + text, PythonText.Lower(text) == node["lower"].Text(), PythonText.Lower(text));

            void Check(string kind, List<string> tokens) =>
                misses.Check($"{kind} {text}", node["tokens"]![kind].Texts().SequenceEqual(tokens), string.Join("|", tokens));
        }
        misses.AssertNone(700);
    }

    [Fact]
    public void Stem_GivesTheStem_WhenComparedWithNltk()
    {
        var misses = new Misses();
        var node = MetricTexts.Cases("porter").Single();
        var (words, stems, rouge) = (node["words"].Texts(), node["stems"].Texts(), node["rouge"]!.AsArray());
        for (var i = 0; i < words.Length; i++)
        {
            misses.Check("nltk " + words[i], PorterStemmer.Stem(PythonText.Lower(words[i])) == stems[i], $"expected {stems[i]}, got {PorterStemmer.Stem(PythonText.Lower(words[i]))}");
            var token = rouge[i] is JsonArray list ? string.Join(" ", list.Texts()) : rouge[i].Text();
            misses.Check("rouge " + words[i], string.Join(" ", Rouge.Words(words[i])) == token, $"expected {token}, got {string.Join(" ", Rouge.Words(words[i]))}");
        }
        misses.AssertNone(200);
    }

    [Fact]
    public void Bleu_GivesTheScore_WhenComparedWithSacrebleu()
    {
        var (misses, texts) = (new Misses(), MetricTexts.All());
        foreach (var node in MetricTexts.Cases("bleu"))
        {
            if (!IsDefault(node, out var effectiveOrder)) continue;
            var name = $"{node["level"]} {node["texts"]} {effectiveOrder}";
            var statistics = new Bleu.Statistics();
            foreach (var example in texts[node["texts"].Text()]) statistics.Add(example.Output, example.References);
            misses.Near(name + " score", node["score"].Number(), Bleu.Score(statistics, effectiveOrder), 1e-9);
            misses.Near(name + " matches", node["counts"].Numbers(), statistics.Matches, 0);
            misses.Near(name + " totals", node["totals"].Numbers(), statistics.Totals, 0);
            misses.Near(name + " brevity", node["bp"].Number(), statistics.BrevityPenalty, 1e-9);
            misses.Near(name + " lengths", [node["sys_len"].Number(), node["ref_len"].Number()], [statistics.OutputLength, statistics.ReferenceLength], 0);
            if (node["level"].Text() == "corpus")
                misses.Near(name + " metric", node["score"].Number(), MetricRegistry.Get("bleu").Score(texts[node["texts"].Text()], NoContext), 1e-9);
            else if (effectiveOrder)
                misses.Near(name + " metric", node["score"].Number(), MetricRegistry.Get("bleu").Score(texts[node["texts"].Text()].Single())!.Value, 1e-9);
        }
        misses.AssertNone(700);

        // 13a, exp, case kept, four orders: what the studio's metric is.
        static bool IsDefault(JsonNode node, out bool effectiveOrder)
        {
            effectiveOrder = false;
            foreach (var (name, value) in node["settings"]!.AsObject())
                if (name == "effective_order") effectiveOrder = value!.GetValue<bool>();
                else if (!(name == "tokenize" && value.Text() == "13a") && !(name == "lowercase" && !value!.GetValue<bool>())) return false;
            return true;
        }
    }

    [Fact]
    public void Chrf_GivesTheScore_WhenComparedWithSacrebleu()
    {
        var (misses, texts) = (new Misses(), MetricTexts.All());
        var metric = MetricRegistry.Get("chrf");
        foreach (var node in MetricTexts.Cases("chrf").Where(node => node["settings"]!.AsObject().Count == 0))
        {
            var examples = texts[node["texts"].Text()];
            var score = node["level"].Text() == "corpus" ? metric.Score(examples, NoContext) : metric.Score(examples.Single())!.Value;
            misses.Near($"{node["level"]} {node["texts"]}", node["score"].Number(), score, 1e-9);
        }
        misses.AssertNone(75);
    }

    [Fact]
    public void Rouge_GivesTheScore_WhenComparedWithRougeScore()
    {
        var (misses, texts) = (new Misses(), MetricTexts.All());
        foreach (var node in MetricTexts.Cases("rouge"))
        {
            var stem = node["stemmer"]!.GetValue<bool>();
            var examples = texts[node["texts"].Text()];
            foreach (var (kind, metric) in new[] { ("rouge1", "rouge-1"), ("rouge2", "rouge-2"), ("rougeL", "rouge-l") })
            {
                var name = $"{node["texts"]} {kind} stem={stem}";
                if (node["first_ref"] is { } first)
                {
                    var overlap = Score(kind, Rouge.Words(examples[0].Output, stem), Rouge.Words(examples[0].References[0], stem));
                    misses.Near(name, first[kind].Numbers(), [overlap.Precision, overlap.Recall, overlap.F], 1e-9);
                }
                if (!stem) continue;
                if (node["multi_ref"] is { } several)
                    misses.Near(name + " multi", several[kind].Numbers()[2], MetricRegistry.Get(metric).Score(examples[0])!.Value, 1e-9);
                if (node["corpus_mean"] is { } mean)
                    misses.Near(name + " mean", mean[kind].Numbers()[2],
                        MetricRegistry.Get(metric).Score([.. examples.Where(example => example.References.Count > 0).Select(example => new MetricExample(example.Output, [example.References[0]]))], NoContext), 1e-9);
            }
        }
        misses.AssertNone(450);

        static Overlap Score(string kind, List<string> output, List<string> reference) => kind switch
        {
            "rouge1" => Rouge.OfOrder(output, reference, 1),
            "rouge2" => Rouge.OfOrder(output, reference, 2),
            _ => Rouge.OfSubsequence(output, reference),
        };
    }

    [Fact]
    public void SquadF1AndExactMatch_GiveTheScore_WhenComparedWithSquad()
    {
        var misses = new Misses();
        var examples = new List<MetricExample>();
        foreach (var node in MetricTexts.Cases("answers", "squad"))
        {
            var example = new MetricExample(node["prediction"].Text(), node["answers"].Texts());
            examples.Add(example);
            misses.Check(node["id"] + " normalized", SquadText.Normalize(example.Output) == node["normalized_prediction"].Text(), SquadText.Normalize(example.Output));
            misses.Check(node["id"] + " references", example.References.Select(SquadText.Normalize).SequenceEqual(node["normalized_answers"].Texts()));
            misses.Near(node["id"] + " exact match", node["exact_match"].Number(), MetricRegistry.Get("exact-match").Score(example)!.Value, 1e-9);
            misses.Near(node["id"] + " f1", node["f1_v2"].Number(), MetricRegistry.Get("squad-f1").Score(example)!.Value, 1e-9);
        }
        var corpus = MetricTexts.Cases("answers", "squad-corpus").Single(node => node["version"].Text() == "v2");
        misses.Near("exact match of all", corpus["exact_match"].Number(), 100 * MetricRegistry.Get("exact-match").Score(examples, NoContext), 1e-9);
        misses.Near("f1 of all", corpus["f1"].Number(), 100 * MetricRegistry.Get("squad-f1").Score(examples, NoContext), 1e-9);
        foreach (var node in MetricTexts.Cases("answers", "exact"))
        {
            var example = new MetricExample(node["prediction"].Text(), [node["reference"].Text()]);
            misses.Near(node["id"] + " squad", node["expected"]!["squad"].Number(), MetricRegistry.Get("exact-match").Score(example)!.Value, 0);
            misses.Near(node["id"] + " stripped", node["expected"]!["stripped"].Number(), MetricRegistry.Get("accuracy").Score(example)!.Value, 0);
        }
        misses.AssertNone(150);
    }

    [Fact]
    public void NumberMatch_ComparesByValue_WhenComparedWithTheGsm8kRule()
    {
        var misses = new Misses();
        foreach (var node in MetricTexts.Cases("answers", "gsm8k"))
        {
            CheckValue("value", node["completion"].Text());
            CheckValue("value_reference", node["reference"].Text());
            misses.Near(node["id"] + " correct", node["value_correct"].Number(),
                MetricRegistry.Get("number-match").Score(new MetricExample(node["completion"].Text(), [node["reference"].Text()]))!.Value, 0);

            void CheckValue(string name, string text)
            {
                var value = NumberMatch.ValueOf(text);
                misses.Check($"{node["id"]} {name}", node[name] is null ? value is null : value is { } number && GoldenFile.Near(node[name].Number(), number, 1e-9), $"{value}");
            }
        }
        misses.AssertNone(75);
    }

    [Fact]
    public void LabelF1_GivesTheScore_WhenComparedWithScikitLearn()
    {
        var misses = new Misses();
        foreach (var node in MetricTexts.Cases("classification", "single"))
        {
            MetricExample[] examples = [.. Labels(node["y_true"]!).Zip(Labels(node["y_pred"]!)).Select(pair => new MetricExample(pair.Second, [pair.First]))];
            var context = new MetricContext { Labels = node["labels_argument"] is { } labels ? Labels(labels) : [] };
            misses.Near(node["id"] + " accuracy", node["expected"]!["accuracy"].Number(), MetricRegistry.Get("accuracy").Score(examples, NoContext), 1e-9);
            foreach (var average in new[] { "macro", "micro", "weighted" })
                misses.Near($"{node["id"]} {average}", node["expected"]![average + "_zd0"]!["f1"].Number(), MetricRegistry.Get("f1-" + average).Score(examples, context), 1e-9);
        }
        misses.AssertNone(60);

        static string[] Labels(JsonNode node) => [.. node.AsArray().Select(label => label!.ToString())];
    }

    [Fact]
    public void Perplexity_DividesSums_WhenComparedWithLmEval()
    {
        var misses = new Misses();
        var metric = MetricRegistry.Get("perplexity");
        foreach (var node in MetricTexts.Cases("likelihood", "sequence"))
            misses.Near(node["text"].Text(), node["perplexity"].Number(), metric.Score(Example(node["token_logprobs"]!))!.Value, 1e-9);
        var corpus = MetricTexts.Cases("likelihood", "corpus").Single();
        misses.Near("corpus", corpus["token_perplexity"].Number(), metric.Score([.. corpus["token_logprobs"]!.AsArray().Select(item => Example(item!))], NoContext), 1e-9);
        misses.AssertNone(9);

        static MetricExample Example(JsonNode logs) => new("", []) { NegativeLogLikelihood = -logs.Numbers().Sum(), Tokens = logs.AsArray().Count };
    }
}
