using MtlStudio.TestRig;

return args switch
{
    ["run" or "resume", ..] => FakeTrainer.Run(args),
    ["export", ..] => FakeExport.Run(args),
    ["estimate", ..] => FakeEstimate.Print(args),
    ["devices", ..] => FakeDevices.Print(),
    ["studio", var data, var trainer, .. var settings] => await BareStudio.RunAsync(data, trainer, settings),
    _ => throw new ArgumentException($"known are run, resume, export, estimate and studio, not \"{string.Join(' ', args)}\""),
};
