using MLPipes.Pipelines;

foreach (TrainerEntry trainer in Catalog.Trainers) Console.WriteLine(trainer);
return 0;
