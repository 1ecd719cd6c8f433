using System.Text;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>What the names of columns usually stand for.</summary>
internal static class NameHints
{
    private static readonly HashSet<string> Labels = Set("label labels goldlabel class category intent sentiment topic emotion polarity stance rating verdict labeltext labelname classification finaldecision");
    private static readonly HashSet<string> WeakLabels = Set("area tag type group genre department priority status language product kind subject y result outcome isspam spam toxic target decision judgment isduplicate entailment");
    private static readonly HashSet<string> Targets = Set("target targettext targets output outputs response responses completion answer answers summary summaries highlights abstractsummary tldr translation ref reference references definition solution paraphrase simplified simple correction corrected reply humanreference tgt dst outputtext answertext expected gold");
    private static readonly HashSet<string> Texts = Set("text sentence review content body message comment tweet utterance document doc article abstract post input inputtext sms email description source src passage paragraph report story phrase original complex inputs title headline headlinetext subjectline meaningrepresentation mr word term dialogue dialog conversation transcript");
    private static readonly HashSet<string> Questions = Set("question query problem questiontext q");
    private static readonly HashSet<string> Contexts = Set("context passage paragraph background evidence article story document");
    private static readonly HashSet<string> Instructions = Set("instruction instructions prompt task");
    private static readonly HashSet<string> Scores = Set("score similarity rating stars relatedness similarityscore relatednessscore value points grade");
    private static readonly HashSet<string> Ids = Set("id idx index no number key uid uuid guid rowid pairid promptid unnamed0 column0");
    private static readonly HashSet<string> Summaries = Set("summary summaries highlights tldr abstractsummary headline");
    private static readonly HashSet<string> Words = Set("word term lemma headword phrase expression");
    private static readonly HashSet<string> Records = Set("mr meaningrepresentation data table triples facts record");

    public static bool IsLabel(string name) => Labels.Contains(Key(name)) || Key(name).EndsWith("label", StringComparison.Ordinal);
    public static bool IsWeakLabel(string name) => WeakLabels.Contains(Key(name));
    public static bool IsTarget(string name) => Targets.Contains(Key(name));
    public static bool IsText(string name) => Texts.Contains(Key(name));
    public static bool IsQuestion(string name) => Questions.Contains(Key(name));
    public static bool IsContext(string name) => Contexts.Contains(Key(name));
    public static bool IsInstruction(string name) => Instructions.Contains(Key(name));
    public static bool IsScore(string name) => Scores.Contains(Key(name));
    public static bool IsSummary(string name) => Summaries.Contains(Key(name));
    public static bool IsDefinition(string name) => Key(name) is "definition" or "definitions" or "gloss" or "meaning";
    public static bool IsWord(string name) => Words.Contains(Key(name));
    public static bool IsRecord(string name) => Records.Contains(Key(name));
    public static bool IsTitle(string name) => Key(name) is "title" or "headline" or "subject" or "subjectline" or "name";
    public static bool IsChoices(string name) => Key(name) is "choices" or "options" or "endings" or "candidates" or "answerchoices" || Key(name).EndsWith("choicestext", StringComparison.Ordinal);
    public static bool IsTags(string name) => Key(name) is "tags" or "nertags" or "postags" or "labels" or "bio" or "slots" or "entities" || Key(name).EndsWith("tags", StringComparison.Ordinal);
    public static bool IsId(string name) => Key(name) is var key && (Ids.Contains(key) || (name.Length > 2 && (name.EndsWith("Id", StringComparison.Ordinal) || name.EndsWith("ID", StringComparison.Ordinal) || name.EndsWith("_id", StringComparison.OrdinalIgnoreCase))));

    /// <summary>Small letters and digits only, of the last part of a nested name.</summary>
    public static string Key(string name)
    {
        var key = new StringBuilder();
        foreach (var c in name[(name.LastIndexOf('.') + 1)..])
            if (char.IsLetterOrDigit(c)) key.Append(char.ToLowerInvariant(c));
        return key.ToString();
    }

    private static HashSet<string> Set(string words) => [.. words.Split(' ')];
}
