import torch
import torchvision
import torchvision.transforms as transforms

transform = transforms.Compose([
    transforms.ToTensor(),
    transforms.Normalize((0.5,), (0.5,)),
])
training_set = torchvision.datasets.FashionMNIST(
    "./data", train=True, transform=transform, download=True)
validation_set = torchvision.datasets.FashionMNIST(
    "./data", train=False, transform=transform, download=True)

torch.manual_seed(0)
training_loader = torch.utils.data.DataLoader(
    training_set, batch_size=4, shuffle=True)
validation_loader = torch.utils.data.DataLoader(
    validation_set, batch_size=4)

inputs, labels = next(iter(training_loader))
print(inputs.shape, labels)
