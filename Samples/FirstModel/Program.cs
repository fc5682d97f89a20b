using MLPipes;

Table train = Table.ReadCsv("Samples/data/credit_g/train.csv.gz"), test = Table.ReadCsv("Samples/data/credit_g/test.csv.gz");
Roles roles = TableProfile.Of(train, label: "class").Roles;
StudyResult result = await new Study(new StudyOptions { Data = train, Roles = roles, Trials = 8, Seed = 1 }).RunAsync();
result.Pipeline.Save("model.zip");

FittedPipeline model = FittedPipeline.Load("model.zip");
Console.WriteLine($"best of {result.Leaderboard.Completed} trials: {result.Best}, AUC {result.Score:F3} out of fold");
Console.WriteLine($"AUC on {test.RowCount} untouched rows: {model.Evaluate(test)["auc"]:F3}");
Console.WriteLine($"first row: {model.Predict(test).LabelAt(0)}");
