using MtlStudio.Core.Datasets.Detection.Forms;

namespace MtlStudio.Core.Datasets.Detection;

/// <summary>Asks the forms, the surest first.</summary>
internal static class FormGuess
{
    private static readonly Func<Table, FormDraft?>[] Order =
    [
        TaggingForm.Try, ChoiceForm.Try, PreferenceForm.Try, MathForm.Try, TranslationForm.Try, QuestionForm.Try,
        MultiLabelForm.Try, LabelForm.TryNamed, RegressionForm.Try, InstructionForm.Try, SummaryForm.Try, RecordForm.Try, DefinitionForm.Try,
        TargetForm.Try, NestedForm.Try, LabelForm.TryAny, TargetForm.TryUnnamed, PlainForm.Try,
    ];

    public static FormDraft Of(Table table)
    {
        foreach (var form in Order)
            if (form(table) is { } draft) return draft;
        return PlainForm.Nothing(table);
    }
}
